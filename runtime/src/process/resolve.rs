//! From a program's name to the file to execute.
//!
//! The search is ours and not the C library's for two reasons: the error can say what was looked for and where, and
//! `std` only uses `posix_spawn` (a third of the cost of a fork, far less in a large process) together with an
//! explicit `PATH` if the program is given as a path.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::StartError;

/// Finds the file of `program`: a name on `path` (as in `PATH`), or a path relative to `cwd`.
///
/// # Errors
/// When there is no such file or it may not be executed.
pub fn find_program(program: &str, path: &str, cwd: &Path) -> Result<PathBuf, StartError> {
    if program.is_empty() {
        return Err(StartError::Nothing);
    }
    if program.contains('/') {
        let file = cwd.join(program);
        return match check(&file) {
            Found::Program => Ok(file),
            Found::Nothing => Err(StartError::NoSuchFile { program: program.to_owned(), file }),
            Found::Wrong(why) => Err(StartError::NotExecutable { program: program.to_owned(), file, why }),
        };
    }
    let mut wrong = None;
    for dir in std::env::split_paths(path) {
        let file = cwd.join(dir).join(program);
        match check(&file) {
            Found::Program => return Ok(file),
            Found::Wrong(why) if wrong.is_none() => wrong = Some((file, why)),
            Found::Wrong(_) | Found::Nothing => {}
        }
    }
    Err(match wrong {
        Some((file, why)) => StartError::NotExecutable { program: program.to_owned(), file, why },
        None => StartError::NotFound {
            program: program.to_owned(),
            directories: std::env::split_paths(path).filter(|dir| !dir.as_os_str().is_empty()).count(),
        },
    })
}

enum Found {
    Program,
    Nothing,
    Wrong(&'static str),
}

fn check(file: &Path) -> Found {
    match file.metadata() {
        Err(_) => Found::Nothing,
        Ok(meta) if meta.is_dir() => Found::Wrong("is a directory"),
        Ok(_) if access(file, Access::EXEC_OK).is_err() => {
            Found::Wrong("is not executable; `chmod +x` makes it so")
        }
        Ok(_) => Found::Program,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_how_much_was_searched() {
        let said = |path| find_program("no-such-thing", path, Path::new("/")).unwrap_err().to_string();
        assert_eq!(
            said("/bin:/usr/bin"),
            "`no-such-thing` is not installed: none of the 2 directories of PATH has it"
        );
        assert_eq!(said(""), "`no-such-thing` is not installed: PATH is empty");
    }

    #[test]
    fn a_file_without_the_permission_to_execute_is_told_apart_from_a_missing_one() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("tool"), "#!/bin/sh\n").unwrap();
        let error = find_program("tool", &dir.path().to_string_lossy(), Path::new("/")).unwrap_err();
        // The superuser may execute nothing without an `x` bit either.
        assert!(matches!(error, StartError::NotExecutable { .. }), "{error}");
        assert!(error.to_string().ends_with("is not executable; `chmod +x` makes it so"), "{error}");
    }

    #[test]
    fn a_relative_path_is_looked_for_from_the_working_directory_of_the_step() {
        let dir = tempfile::tempdir().unwrap();
        let error = find_program("./tool", "/bin", dir.path()).unwrap_err();
        assert!(matches!(error, StartError::NoSuchFile { .. }), "{error}");
        assert!(find_program("bin/sh", "", Path::new("/")).is_ok());
    }
}
