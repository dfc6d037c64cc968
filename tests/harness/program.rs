//! The `hbnb` program under the name that the tests find it by.

use std::process::ExitCode;

fn main() -> ExitCode {
    infra::cli::main()
}
