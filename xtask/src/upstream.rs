//! Upstream packages: their files, the pinned versions, and where the packages come from.

mod archive;
mod error_codes;
mod package;
mod pin;
mod source;

pub(crate) use error_codes::{ErrorCodePackage, ErrorCodeSource};
pub use package::{Package, UpstreamFile};
pub use pin::{PIN_FILE, Pin};
pub use source::{OpenedPackage, Source};

/// Where a service or version was not found, for errors.
pub(crate) const IN_PACKAGE: &str = "in the upstream package";
