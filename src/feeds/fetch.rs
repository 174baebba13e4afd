//! TO BE WRITTEN: feeds/fetch
