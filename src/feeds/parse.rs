//! TO BE WRITTEN: feeds/parse
