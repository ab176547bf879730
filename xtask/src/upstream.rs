//! Upstream package: its files, the pinned version, and where the package comes from.

mod package;
mod pin;
mod source;

pub use package::{Package, UpstreamFile};
pub use pin::{PIN_FILE, Pin};
pub use source::{OpenedPackage, Source};

/// Where a service or version was not found, for errors.
pub(crate) const IN_PACKAGE: &str = "in the upstream package";
