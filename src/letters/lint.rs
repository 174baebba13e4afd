//! The mail lint: rules D1–D33 by id, on the bytes of one message.
