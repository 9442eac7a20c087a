//! What people write who come from other languages: recognised, answered in its own words, and read as meant.

use crate::repair::{Failure, Repair};

/// Mends the tokens if what is wrong is a known slip.
pub(crate) fn mend(_repair: &mut Repair<'_>, _failure: &Failure) -> bool {
    false
}
