//! When a rhythm is next due: a pure function on `jiff` zones.
