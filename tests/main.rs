//! The only integration test binary: one file a stage, each test in its own world.
