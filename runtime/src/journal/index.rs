//! Where the records of a key are: hashes and offsets, 17 bytes a record, found with two looks into memory.

use std::hash::Hasher as _;

/// Offsets by the hash of a key. Other keys may share the hash: whoever looks one up compares the key itself.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// By bucket, then by offset.
    entries: Vec<Entry>,
    /// Where the entries with each value of the hash's first bits begin, and the end.
    buckets: Vec<u32>,
    /// How far a hash is shifted to get its first bits; 64 stands for none.
    shift: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    hash: u64,
    offset: u64,
}

/// Collects an [`Index`].
#[derive(Debug, Default)]
pub(super) struct Builder(Vec<Entry>);

impl Builder {
    /// Offsets are added in their order.
    pub(super) fn add(&mut self, hash: u64, offset: u64) {
        self.0.push(Entry { hash, offset });
    }

    pub(super) fn finish(self) -> Index {
        // About eight entries a bucket: two lines of a cache.
        let bits = (self.0.len() / 8).checked_ilog2().unwrap_or(0);
        let shift = 64 - bits;
        let bucket = |entry: &Entry| first_bits(entry.hash, shift) as usize;
        // Where each bucket ends. Filled from the back, it is where each begins.
        let mut buckets = vec![0_u32; (1 << bits) + 1];
        self.0.iter().for_each(|entry| buckets[bucket(entry)] += 1);
        let mut sum = 0;
        for count in &mut buckets {
            sum += *count;
            *count = sum;
        }
        let mut entries = vec![Entry::default(); self.0.len()];
        for entry in self.0.into_iter().rev() {
            let at = &mut buckets[bucket(&entry)];
            *at -= 1;
            entries[*at as usize] = entry;
        }
        Index { entries, buckets, shift }
    }
}

impl Index {
    /// The offsets of the records whose key has this hash, the last one first.
    pub(super) fn offsets(&self, hash: u64) -> impl Iterator<Item = u64> {
        let bucket = first_bits(hash, self.shift) as usize;
        let of = |bucket: usize| self.buckets.get(bucket).map_or(0, |at| *at as usize);
        let entries = &self.entries[of(bucket)..of(bucket + 1)];
        entries.iter().rev().filter(move |entry| entry.hash == hash).map(|entry| entry.offset)
    }
}

fn first_bits(hash: u64, shift: u32) -> u64 {
    hash.checked_shr(shift).unwrap_or(0)
}

/// The hash of a key or of an id.
pub(super) fn hash_of(text: impl AsRef<[u8]>) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(text.as_ref());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_of_a_key_is_found_however_the_hashes_are_spread() {
        let spreads: [fn(u64) -> u64; 4] = [
            |n| n,
            |n| u64::MAX - n,
            |n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            |n| n / 3 * (u64::MAX / 400),
        ];
        for spread in spreads {
            for len in [0, 1, 2, 17, 1000] {
                let mut builder = Builder::default();
                (0..len).for_each(|n| builder.add(spread(n), n));
                let index = builder.finish();
                for n in 0..len {
                    let offsets: Vec<_> = index.offsets(spread(n)).collect();
                    let due: Vec<_> = (0..len).rev().filter(|other| spread(*other) == spread(n)).collect();
                    assert_eq!(offsets, due);
                }
                assert_eq!(index.offsets(u64::MAX / 2 + 1).count(), 0);
            }
        }
        assert_eq!(Index::default().offsets(7).count(), 0);
    }
}
