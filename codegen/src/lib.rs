//! Generates the source of service crates from API specifications.
//!
//! Data flows one way, and no stage reads or writes a file on disk:
//!
//! ```text
//! upstream       JSON of the upstream package          → Spec            facts only
//! spec           api-specs/<service>/<version>.json    ↔ Spec            committed form
//! supplements    <version>.<kind>.toml next to it      ↔ Supplements     facts that upstream lacks
//! model          Spec                                  → Service         checked, with Rust names
//! source         Service                               → Rust source
//! package        Rust source, manifest, README         → GeneratedFile
//! service_lists  all specifications                    → GeneratedFile   lists of all services
//! ```
//!
//! [`generate`] runs `model`, `source` and `package` for one crate. To add a fact to the generated
//! code, pass it on from stage to stage in this order.

mod error;
pub mod model;
pub mod names;
pub mod spec;
pub mod supplements;
pub mod upstream;

mod package;
mod service_lists;
mod source;

pub use error::{Error, ErrorKind, Location};
pub use package::{PackageKind, StandaloneManifest, generate};
pub use service_lists::{conformance_registry, local_specs};
pub use source::{GeneratedFile, HEADER, check_syntax};
pub use spec::Spec;
pub use supplements::Supplements;
