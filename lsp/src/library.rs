//! The standard library as files that an editor can open.
//!
//! Its modules are part of the server. When somebody goes to one, it is written to a read-only file in the user's cache;
//! the folder is named after what the library holds, so that servers of different versions keep out of each other's way.
//! Whatever an editor asks about such a file is answered from the module itself.

use flow_compiler::db::{Database, SourceFile};
use flow_compiler::stdlib;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::{env, fs, io, process};

/// The folder of this library below the cache's folder of Flow.
static FOLDER: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    stdlib::files().for_each(|file| file.hash(&mut hasher));
    format!("flow/std-{}-{:016x}", env!("CARGO_PKG_VERSION"), hasher.finish())
});

/// One thread writes at a time.
static WRITING: Mutex<()> = Mutex::new(());

/// The module that a file of the cache holds, by its absolute path.
pub(crate) fn module(db: &Database, path: &str) -> Option<SourceFile> {
    let (name, _) =
        stdlib::files().find(|(name, _)| Path::new(path).ends_with(Path::new(&*FOLDER).join(name)))?;
    stdlib::module(db, name.strip_suffix(".flow")?)
}

/// Whether a path is that of a file of the cache.
pub(crate) fn holds(path: &str) -> bool {
    path.contains(&*FOLDER)
}

/// The file of a module, `std/review.flow`, which is written if it is not there; `None` if there is no such module, or no
/// cache that could be written.
pub(crate) fn file(name: &str) -> Option<PathBuf> {
    let (_, text) = stdlib::files().find(|(known, _)| known == name)?;
    let file = cache()?.join(&*FOLDER).join(name);
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    if fs::read_to_string(&file).is_ok_and(|kept| kept == text) {
        return Some(file);
    }
    match keep(&file, text) {
        Ok(()) => Some(file),
        Err(error) => {
            eprintln!("flow-lsp: cannot write `{}`: {error}", file.display());
            None
        }
    }
}

/// Writes a file that nobody may change, whole or not at all.
fn keep(file: &Path, text: &str) -> io::Result<()> {
    file.parent().map_or(Ok(()), fs::create_dir_all)?;
    let draft = file.with_extension(format!("{}.draft", process::id()));
    fs::write(&draft, text)?;
    let mut permissions = fs::metadata(&draft)?.permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&draft, permissions)?;
    fs::rename(&draft, file)
}

/// Where a user's programs keep what they can make anew.
fn cache() -> Option<PathBuf> {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || {
        let below = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        folder("HOME").map(|home| home.join(below))
    };
    folder("XDG_CACHE_HOME").or_else(|| folder("LOCALAPPDATA")).or_else(home)
}
