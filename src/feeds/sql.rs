//! TO BE WRITTEN: feeds/sql
