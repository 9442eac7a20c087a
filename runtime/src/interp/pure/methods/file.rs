//! Properties of files.

use std::rc::Rc;

use crate::value::{File, Value};

/// The property `name` of a file.
pub fn property(file: &File, name: &str) -> Option<Value> {
    let (directory, last) = file.path.rsplit_once('/').unwrap_or((".", &file.path));
    let (stem, extension) = match last.rsplit_once('.') {
        // A leading dot hides a file and begins no extension.
        Some((stem, extension)) if !stem.is_empty() => (stem, extension),
        _ => (last, ""),
    };
    Some(match name {
        "path" => Value::String(Rc::clone(&file.path)),
        "name" => Value::string(last),
        "stem" => Value::string(stem),
        "extension" => Value::string(extension),
        "directory" => Value::string(directory),
        "sha256" => Value::String(Rc::clone(&file.sha256)),
        _ => return None,
    })
}
