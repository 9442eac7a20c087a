//! Cutting off what does not count, and keeping it.

use std::path::Path;

use super::scan::{End, scan};
use crate::disk::{self, Disk, DiskFile, Open, Reach};
use crate::store::StoreError;

/// What was kept of a damaged journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Salvaged {
    /// How many records are left.
    pub records: u64,
    /// How many bytes were set aside, and the file beside the journal that holds them; `None` if they are just missing.
    pub aside: Option<(u64, String)>,
    /// What was wrong.
    pub why: String,
}

/// Cuts a damaged journal off behind its last good record and keeps the rest in `damaged-<offset>`. `None` when nothing is
/// damaged; a torn tail is left to the next opening. The caller holds the run's lock, and was told to do this.
///
/// # Errors
/// A newer program wrote the journal, or the disk refuses.
pub fn salvage(disk: &dyn Disk, path: &Path) -> Result<Option<Salvaged>, StoreError> {
    let io = |doing| move |error| StoreError::io(doing, path, error);
    let mut file = disk.open(path, Open::Write).map_err(io("open"))?;
    let (record, offset, why) = match scan(&*file, path, &mut |line, _| line.record().map(drop)) {
        Ok(_) => return Ok(None),
        Err(StoreError::Corrupt { record, offset, why, .. }) => (record, offset, why),
        Err(error) => return Err(error),
    };
    let bytes = file.len().map_err(io("read"))? - offset;
    let directory = path.parent().unwrap_or(Path::new("."));
    let name = set_aside(disk, &*file, directory, "damaged", offset)?;
    file.truncate(offset).and_then(|()| file.sync()).map_err(io("cut"))?;
    debug_assert!(scan(&*file, path, &mut |_, _| Ok(())).is_ok_and(|it| it.end == End::Clean));
    Ok(Some(Salvaged { records: record - 1, aside: Some((bytes, name)), why }))
}

/// Copies the bytes behind `offset` into a file of their own, `<kind>-<offset>`, durable before they are cut off. Returns its
/// name.
pub(super) fn set_aside(
    disk: &dyn Disk,
    file: &dyn DiskFile,
    directory: &Path,
    kind: &str,
    offset: u64,
) -> Result<String, StoreError> {
    let io = |error| StoreError::io("set a part of the journal aside in", directory, error);
    let bytes = file.len().map_err(io)?.saturating_sub(offset);
    let mut rest = vec![0; usize::try_from(bytes).map_err(|error| io(std::io::Error::other(error)))?];
    let mut at = 0;
    while at < rest.len() {
        match file.read_at(&mut rest[at..], offset + at as u64).map_err(io)? {
            0 => break,
            read => at += read,
        }
    }
    rest.truncate(at);
    for number in 0_u32.. {
        let name = if number == 0 { format!("{kind}-{offset}") } else { format!("{kind}-{offset}.{number}") };
        let path = directory.join(&name);
        // Something else may have been set aside from this place before; the same bytes were by somebody who was cut.
        if !disk.exists(&path).map_err(io)? || disk::read(disk, &path).map_err(io)? == rest {
            disk::replace(disk, &path, &rest, Reach::Durable).map_err(io)?;
            return Ok(name);
        }
    }
    Err(io(std::io::Error::other("too much was set aside there before")))
}
