//! The workspace: paths that stay inside, files and their hashes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};

use flow_ir::FileType;
use globset::{GlobBuilder, GlobMatcher};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::decode::Files;
use super::{Snapshot, beneath};
use crate::value::File;

/// The directory in which a run works.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Absolute, without links.
    root: PathBuf,
    /// Directories that patterns never look into, absolute: where the runs are kept.
    hidden: Vec<PathBuf>,
}

/// Why a path is no file of the workspace.
#[derive(Debug, Error)]
pub enum PathError {
    /// It leads out, by itself or through a link.
    #[error("`{0}` lies outside of the workspace")]
    Outside(String),
    /// A link leads out.
    #[error("`{path}` leads outside of the workspace through a link, to `{}`", target.display())]
    LinkOutside {
        /// The path.
        path: String,
        /// Where it leads.
        target: PathBuf,
    },
    /// There is nothing.
    #[error("`{0}` does not exist")]
    Missing(String),
    /// Something else is there.
    #[error("`{path}` is {found}")]
    Other {
        /// The path.
        path: String,
        /// What is there.
        found: &'static str,
    },
    /// The pattern means nothing.
    #[error("`{pattern}` is no pattern for paths: {why}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        why: String,
    },
    /// The system says no.
    #[error("`{path}` cannot be used: {source}")]
    System {
        /// The path.
        path: String,
        /// The system's error.
        source: io::Error,
    },
}

impl PathError {
    fn system(path: &str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::NotFound => Self::Missing(path),
            _ => Self::System { path, source },
        }
    }
}

impl Workspace {
    /// The workspace at a directory.
    ///
    /// # Errors
    /// When it does not exist or is no directory.
    pub fn at(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        if !root.is_dir() {
            return Err(io::Error::new(
                io::ErrorKind::NotADirectory,
                format!("`{}` is no directory", root.display()),
            ));
        }
        Ok(Self { root, hidden: Vec::new() })
    }

    /// The same, whose patterns do not look into `directory`.
    #[must_use]
    pub fn hiding(mut self, directory: &Path) -> Self {
        self.hidden.push(directory.canonicalize().unwrap_or_else(|_| directory.to_owned()));
        self
    }

    /// Its directory, absolute and without links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path as values hold it: relative to the workspace, with `/` between its parts, and without `.` and `..`.
    /// Nothing is looked at on disk.
    ///
    /// # Errors
    /// When it leads out.
    pub fn relative(&self, path: &str) -> Result<String, PathError> {
        let outside = || PathError::Outside(path.to_owned());
        let given = Path::new(path);
        let inside =
            if given.is_absolute() { given.strip_prefix(&self.root).map_err(|_| outside())? } else { given };
        let mut parts = Vec::new();
        for component in inside.components() {
            match component {
                Component::Normal(part) => parts.push(part.to_str().ok_or_else(outside)?),
                Component::CurDir => {}
                _ => return Err(outside()),
            }
        }
        if path.contains('\0') {
            return Err(outside());
        }
        Ok(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
    }

    /// Where an existing file or directory is: its relative path, and its absolute one with every link resolved.
    ///
    /// # Errors
    /// When it does not exist, or leads out.
    pub fn existing(&self, path: &str) -> Result<(String, PathBuf), PathError> {
        let relative = self.relative(path)?;
        let real = self.root.join(&relative).canonicalize().map_err(PathError::system(path))?;
        if real.starts_with(&self.root) {
            Ok((relative, real))
        } else {
            Err(PathError::LinkOutside { path: path.to_owned(), target: real })
        }
    }

    /// An existing file, open for reading, with its relative path: what is read is what was proven to lie inside.
    ///
    /// # Errors
    /// When it does not exist, is no file, leads out, or cannot be opened.
    pub fn open(&self, path: &str) -> Result<(String, fs::File), PathError> {
        let (relative, real) = self.existing(path)?;
        let way = real.strip_prefix(&self.root).map_err(|_| PathError::Outside(path.to_owned()))?;
        let file = match beneath::file(&self.root, way) {
            // A socket cannot be opened at all.
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) => {
                return Err(PathError::Other { path: path.to_owned(), found: NO_FILE });
            }
            file => file.map_err(PathError::system(path))?,
        };
        regular(&file, path)?;
        Ok((relative, file))
    }

    /// An existing file with the hash of its content.
    ///
    /// # Errors
    /// As [`open`](Self::open), and when it cannot be read.
    pub fn file(&self, path: &str) -> Result<File, PathError> {
        let (relative, file) = self.open(path)?;
        let sha256 = hash(file).map_err(PathError::system(path))?;
        Ok(File { path: relative.into(), sha256: sha256.into() })
    }

    /// The text of an existing file.
    ///
    /// # Errors
    /// As [`file`](Self::file), and when it is not UTF-8 or longer than `limit` bytes.
    pub fn read(&self, path: &str, limit: u64) -> Result<String, PathError> {
        let (_, mut file) = self.open(path)?;
        let meta = regular(&file, path)?;
        let other = |found| PathError::Other { path: path.to_owned(), found };
        if meta.len() > limit {
            return Err(other("too large to be read as text"));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(PathError::system(path))?;
        String::from_utf8(bytes).map_err(|_| other("not UTF-8 text"))
    }

    /// Writes a file with the directories above it, replacing what was there in one move.
    ///
    /// # Errors
    /// When it would lie outside, or the system says no.
    pub fn write(&self, path: &str, text: &str) -> Result<File, PathError> {
        let relative = self.relative(path)?;
        let target = self.root.join(&relative);
        let (Some(folder), Some(name)) = (target.parent(), target.file_name()) else {
            return Err(PathError::Outside(path.to_owned()));
        };
        if relative == "." {
            return Err(PathError::Other { path: path.to_owned(), found: "a directory" });
        }
        let folder = self.create_inside(folder, path)?;
        // A link at the path itself is replaced, not followed.
        if target.is_dir() {
            return Err(PathError::Other { path: path.to_owned(), found: "a directory" });
        }
        beneath::replace(folder, name, text.as_bytes())
            .map_err(|source| PathError::System { path: path.to_owned(), source })?;
        Ok(File { path: relative.into(), sha256: hash_bytes(text.as_bytes()).into() })
    }

    /// Creates a directory inside, after proving that what exists of its path does not lead out.
    fn create_inside(&self, folder: &Path, path: &str) -> Result<OwnedFd, PathError> {
        let existing = folder.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(&self.root);
        let real = existing.canonicalize().map_err(PathError::system(path))?;
        let Ok(way) = real.strip_prefix(&self.root) else {
            return Err(PathError::LinkOutside { path: path.to_owned(), target: real });
        };
        let missing = folder.strip_prefix(existing).unwrap_or(Path::new(""));
        beneath::directory(&self.root, way, missing)
            .map_err(|source| PathError::System { path: path.to_owned(), source })
    }

    /// The paths of the files that match a pattern, sorted. Files and directories whose names begin with a dot only match
    /// where the pattern has that dot; linked directories are not entered.
    ///
    /// # Errors
    /// When the pattern means nothing or leads out, or a directory cannot be read.
    pub fn matching(&self, pattern: &str) -> Result<Vec<String>, PathError> {
        let pattern = self.relative(pattern)?;
        let matcher = matcher(&pattern)?;
        let dots = pattern.split('/').any(|part| part.starts_with('.') && part != ".");
        let fixed: Vec<_> =
            pattern.split('/').take_while(|part| !part.contains(['*', '?', '[', '{', '\\'])).collect();
        let mut found = Vec::new();
        if fixed.len() == pattern.split('/').count() {
            match self.existing(&pattern) {
                Ok((path, real)) if real.is_file() => found.push(path),
                _ => {}
            }
            return Ok(found);
        }
        let start = fixed.join("/");
        let mut folders = vec![start];
        while let Some(folder) = folders.pop() {
            self.list(&folder, dots, &matcher, &mut folders, &mut found)?;
        }
        found.sort();
        Ok(found)
    }

    fn list(
        &self,
        folder: &str,
        dots: bool,
        matcher: &GlobMatcher,
        folders: &mut Vec<String>,
        found: &mut Vec<String>,
    ) -> Result<(), PathError> {
        let real = self.root.join(folder);
        if self.hidden.contains(&real) {
            return Ok(());
        }
        let entries = match fs::read_dir(&real) {
            Ok(entries) => entries,
            // What is not there, or vanished meanwhile, has nothing that matches.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(());
            }
            Err(source) => return Err(PathError::System { path: folder.to_owned(), source }),
        };
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') && !dots {
                continue;
            }
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                folders.push(path);
            } else if matcher.is_match(&path)
                && (kind.is_file() || self.existing(&path).is_ok_and(|(_, real)| real.is_file()))
            {
                found.push(path);
            }
        }
        Ok(())
    }
}

/// What is neither a file nor a directory.
const NO_FILE: &str = "no plain file";

/// That what was opened is a plain file.
fn regular(file: &fs::File, path: &str) -> Result<fs::Metadata, PathError> {
    let meta = file.metadata().map_err(PathError::system(path))?;
    if meta.is_file() {
        return Ok(meta);
    }
    let found = if meta.is_dir() { "a directory" } else { NO_FILE };
    Err(PathError::Other { path: path.to_owned(), found })
}

/// A compiled pattern: `*` and `?` do not cross `/`, `**` does.
///
/// # Errors
/// When it means nothing.
pub fn matcher(pattern: &str) -> Result<GlobMatcher, PathError> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    glob.map(|glob| glob.compile_matcher())
        .map_err(|error| PathError::Pattern { pattern: pattern.to_owned(), why: error.kind().to_string() })
}

/// The SHA-256 of a file's content, in hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub fn hash(mut file: fs::File) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hex(&hasher.finalize())),
            Ok(count) => hasher.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The SHA-256 of bytes, in hexadecimal.
pub fn hash_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Files as a call hands them over: proven to exist and match, and for `output` to be new since the snapshot.
#[derive(Debug)]
pub struct Handover<'a> {
    /// Where they are.
    pub workspace: &'a Workspace,
    /// What was there before the call; without one, an `output` only has to exist.
    pub before: Option<&'a Snapshot>,
}

impl Files for Handover<'_> {
    fn file(&self, path: &str, ty: &FileType, output: bool) -> Result<File, String> {
        let file =
            self.workspace.file(path).map_err(|error| format!("a path that does not hold: {error}"))?;
        if let Some(glob) = &ty.glob {
            let glob = glob.strip_prefix("./").unwrap_or(glob);
            if !matcher(glob).map_err(|error| error.to_string())?.is_match(&*file.path) {
                return Err(format!("`{}`, which does not match", file.path));
            }
        }
        match self.before {
            Some(before) if output && !before.is_new(self.workspace, &file) => {
                Err(format!("`{}`, which this call neither created nor changed", file.path))
            }
            _ => Ok(file),
        }
    }

    fn dir(&self, path: &str) -> Result<String, String> {
        let (relative, real) = self.workspace.existing(path).map_err(|error| error.to_string())?;
        if real.is_dir() { Ok(relative) } else { Err(format!("`{relative}`, which is no directory")) }
    }
}

/// Hashes of files by path, as journals keep them beside the JSON form.
pub type Hashes = BTreeMap<String, String>;

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn workspace() -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::at(folder.path()).unwrap();
        (folder, workspace)
    }

    #[test]
    fn a_path_out_of_the_workspace_is_refused() {
        let (_folder, workspace) = workspace();
        for path in ["../x", "/etc/passwd", "a/../../x", "a/../b"] {
            assert!(matches!(workspace.relative(path), Err(PathError::Outside(_))), "{path}");
        }
        assert_eq!(workspace.relative("./a//b/.").unwrap(), "a/b");
        let absolute = workspace.root().join("a/b");
        assert_eq!(workspace.relative(absolute.to_str().unwrap()).unwrap(), "a/b");
    }

    #[test]
    fn a_link_out_of_the_workspace_is_refused_for_reading_and_writing() {
        let (_folder, workspace) = workspace();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "x").unwrap();
        symlink(outside.path(), workspace.root().join("out")).unwrap();
        assert!(matches!(workspace.file("out/secret"), Err(PathError::LinkOutside { .. })));
        let said = workspace.file("out/secret").unwrap_err().to_string();
        assert!(said.contains("leads outside of the workspace through a link, to `/"), "{said}");
        assert!(matches!(workspace.write("out/new", "x"), Err(PathError::LinkOutside { .. })));
        assert!(matches!(workspace.write("out/deep/new", "x"), Err(PathError::LinkOutside { .. })));
        assert!(!outside.path().join("new").exists());
        assert_eq!(workspace.matching("**/secret").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_link_that_takes_the_place_of_what_was_proven_is_not_followed() {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        let (_folder, workspace) = workspace();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("file"), "secret").unwrap();
        let (real, link) = (workspace.root().join("real"), workspace.root().join("link"));
        fs::create_dir(&real).unwrap();
        fs::write(real.join("file"), "mine").unwrap();
        symlink(outside.path(), &link).unwrap();
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    renameat_with(CWD, &real, CWD, &link, RenameFlags::EXCHANGE).unwrap();
                }
            });
            let mut read = std::collections::BTreeSet::new();
            let mut hashes = std::collections::BTreeSet::new();
            for _ in 0..3_000 {
                read.extend(workspace.read("real/file", 100));
                hashes.extend(workspace.file("real/file").map(|file| file.sha256.to_string()));
                let _ = workspace.write("real/made", "x");
                let _ = workspace.write("real/deep/made", "x");
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
            assert_eq!(read, ["mine".to_owned()].into());
            assert_eq!(hashes, [hash_bytes(b"mine")].into());
        });
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1, "nothing was written outside");
    }

    #[test]
    fn a_link_in_the_place_of_a_file_that_is_being_written_is_replaced() {
        let (_folder, workspace) = workspace();
        let outside = tempfile::tempdir().unwrap();
        let victim = outside.path().join("victim");
        fs::write(&victim, "mine").unwrap();
        symlink(&victim, workspace.root().join(format!(".new.{}.part", std::process::id()))).unwrap();
        symlink(&victim, workspace.root().join("new")).unwrap();
        workspace.write("new", "x").unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
        assert_eq!(fs::read_to_string(workspace.root().join("new")).unwrap(), "x");
    }

    #[test]
    fn a_pipe_is_no_file_and_is_not_waited_for() {
        let (_folder, workspace) = workspace();
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(
            rustix::fs::CWD,
            workspace.root().join("pipe"),
            rustix::fs::FileType::Fifo,
            mode,
            0,
        )
        .unwrap();
        assert!(matches!(workspace.file("pipe"), Err(PathError::Other { found: "no plain file", .. })));
    }

    #[test]
    fn a_written_file_has_the_hash_of_its_content() {
        let (_folder, workspace) = workspace();
        let written = workspace.write("a/b/c.txt", "tide").unwrap();
        assert_eq!(written, workspace.file("a/b/c.txt").unwrap());
        assert_eq!(workspace.read("a/b/c.txt", 10).unwrap(), "tide");
        assert!(matches!(workspace.read("a/b/c.txt", 3), Err(PathError::Other { .. })));
        assert!(matches!(workspace.write("a/b", "x"), Err(PathError::Other { .. })));
    }

    #[test]
    fn patterns_match_sorted_and_skip_hidden_places() {
        let (_folder, workspace) = workspace();
        for path in ["b.md", "a.md", "docs/c.md", "docs/deep/d.md", ".git/e.md", "runs/f.md", "a.txt"] {
            workspace.write(path, "").unwrap();
        }
        let workspace = workspace.clone().hiding(&workspace.root().join("runs"));
        assert_eq!(workspace.matching("*.md").unwrap(), ["a.md", "b.md"]);
        assert_eq!(workspace.matching("**/*.md").unwrap(), ["a.md", "b.md", "docs/c.md", "docs/deep/d.md"]);
        assert_eq!(workspace.matching("docs/*.md").unwrap(), ["docs/c.md"]);
        assert_eq!(workspace.matching("a.{md,txt}").unwrap(), ["a.md", "a.txt"]);
        assert_eq!(workspace.matching(".git/*").unwrap(), [".git/e.md"]);
        assert_eq!(workspace.matching("a.md").unwrap(), ["a.md"]);
        assert_eq!(workspace.matching("none/*.md").unwrap(), Vec::<String>::new());
        assert!(matches!(workspace.matching("a[").unwrap_err(), PathError::Pattern { .. }));
    }

    #[test]
    fn a_leftover_does_not_pass_for_an_output() {
        let (_folder, workspace) = workspace();
        workspace.write("artifacts/old.md", "old").unwrap();
        let before = Snapshot::of(&workspace, &[Some("artifacts/*.md".into())]).unwrap();
        workspace.write("artifacts/new.md", "new").unwrap();
        let files = Handover { workspace: &workspace, before: Some(&before) };
        let ty = FileType { glob: Some("artifacts/*.md".to_owned()) };
        assert!(files.file("artifacts/new.md", &ty, true).is_ok());
        assert!(files.file("artifacts/old.md", &ty, false).is_ok());
        assert!(
            files.file("artifacts/old.md", &ty, true).unwrap_err().contains("neither created nor changed")
        );
        workspace.write("artifacts/old.md", "changed").unwrap();
        assert!(files.file("artifacts/old.md", &ty, true).is_ok());
        workspace.write("b.md", "").unwrap();
        assert!(files.file("b.md", &ty, true).unwrap_err().contains("does not match"));
    }
}
