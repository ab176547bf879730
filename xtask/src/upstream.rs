//! Upstream package: its files, the pinned version, and where the package comes from.

mod package;
mod pin;
mod source;

pub use package::{Package, UpstreamFile};
pub use pin::{PIN_FILE, Pin};
pub use source::{OpenedPackage, Source};

/// Place of a service or version that the package does not have, for errors.
pub(crate) const IN_PACKAGE: &str = "in the upstream package";
