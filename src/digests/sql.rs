//! Every query on digests.
