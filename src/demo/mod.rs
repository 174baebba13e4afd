//! The whole loop on one loopback port, with a mail catcher, a sample blog and a clock to turn.
