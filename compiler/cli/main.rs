//! The compiler's command.
fn main() {}
