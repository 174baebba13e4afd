//! TO BE WRITTEN: feeds/clean
