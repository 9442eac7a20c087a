//! Opening what lies inside of a directory, whatever is done to links on the way there meanwhile.
//!
//! A path that was proven may lead elsewhere a moment later, since programs and agents work in the same place. So what is
//! opened is the resolved path, in which no link is left: where the kernel meets one, somebody put it there since.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Component, Path};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, mkdirat, open, openat, openat2, renameat, unlinkat};
use rustix::io::Errno;

/// Opens a file for reading by the way from `root`, which has no links. It never waits for whoever writes to a pipe.
///
/// # Errors
/// As the system; a link on the way is one.
pub(super) fn file(root: &Path, way: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(File::from(at(root, way, flags)?))
}

/// Opens a directory in the same way, after creating the `missing` ones in it, one in the other.
///
/// # Errors
/// As the system; a link on the way is one.
pub(super) fn directory(root: &Path, way: &Path, missing: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut folder = at(root, way, flags)?;
    for part in missing.components() {
        let Component::Normal(name) = part else { return Err(Errno::INVAL.into()) };
        match mkdirat(&folder, name, Mode::from_raw_mode(0o777)) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        folder = openat(&folder, name, flags | OFlags::NOFOLLOW, Mode::empty())?;
    }
    Ok(folder)
}

/// Puts a file into a directory in one move, in place of what had its name; a link there is replaced.
///
/// # Errors
/// As the system. Nothing is left then.
pub(super) fn replace(folder: impl AsFd, name: &std::ffi::OsStr, content: &[u8]) -> io::Result<()> {
    let mut temporary = std::ffi::OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}.part", std::process::id()));
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let create = || openat(&folder, &temporary, flags, Mode::from_raw_mode(0o666));
    let file = match create() {
        // Left by one who died with our number, or put there by somebody else.
        Err(Errno::EXIST) => {
            unlinkat(&folder, &temporary, rustix::fs::AtFlags::empty()).and_then(|()| create())
        }
        other => other,
    };
    let written = file.map_err(io::Error::from).and_then(|file| File::from(file).write_all(content));
    let moved = written.and_then(|()| Ok(renameat(&folder, &temporary, &folder, name)?));
    if moved.is_err() {
        // The first error is the one to tell.
        let _ = unlinkat(&folder, &temporary, rustix::fs::AtFlags::empty());
    }
    moved
}

fn at(root: &Path, way: &Path, flags: OFlags) -> io::Result<OwnedFd> {
    let top = open(root, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let way = if way.as_os_str().is_empty() { Path::new(".") } else { way };
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    match openat2(&top, way, flags, Mode::empty(), resolve) {
        // A kernel, or a container around us, that does not know the call: the proof that came before has to do.
        Err(Errno::NOSYS | Errno::PERM) => {
            Ok(openat(CWD, root.join(way), flags | OFlags::NOFOLLOW, Mode::empty())?)
        }
        other => Ok(other?),
    }
}
