use std::io;
use std::path::{Path, PathBuf};

use crate::suggestions::suggestions;

/// Error of a command.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// File or folder that cannot be read or written.
    #[error("cannot {operation} `{path}`: {source}")]
    Io {
        /// Operation that failed.
        operation: &'static str,
        /// File or folder.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// Program that cannot be run or that fails.
    #[error("{step} failed: {reason}")]
    Program {
        /// Step that the program is part of.
        step: String,
        /// What went wrong.
        reason: String,
    },
    /// Invalid specification.
    #[error(transparent)]
    Spec(#[from] tencentcloud_codegen::Error),
    /// Conformance check that fails.
    #[error("conformance: {0}")]
    Conformance(String),
    /// Budget that is exceeded or cannot be measured.
    #[error("budget: {0}")]
    Budget(String),
    /// Invalid `api-specs/upstream.toml`.
    #[error(
        "invalid pin in `{path}`: {reason}; expected strings `package`, `version` and `sha256`"
    )]
    InvalidPin {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Python or pip that cannot be run.
    #[error(
        "cannot run pip: {reason}; install Python 3 with pip, or download the wheel of the package \
         by hand and pass it with `{option} FILE`"
    )]
    NoPip {
        /// What went wrong.
        reason: String,
        /// Option that takes the wheel.
        option: &'static str,
    },
    /// Download that fails.
    #[error(
        "cannot download {package} with pip: {reason}; check the network and the settings of pip, \
         or download the wheel by hand and pass it with `{option} FILE`"
    )]
    Download {
        /// Package and version.
        package: String,
        /// Output of pip.
        reason: String,
        /// Option that takes the wheel.
        option: &'static str,
    },
    /// Wheel whose checksum differs from the pinned checksum.
    #[error(
        "`{path}` has the SHA-256 {found}, but `api-specs/upstream.toml` pins {pinned}; to use \
         this wheel, {remedy}, or pass `--unpinned` once"
    )]
    ChecksumMismatch {
        /// The wheel.
        path: PathBuf,
        /// Its checksum.
        found: String,
        /// Pinned checksum.
        pinned: String,
        /// How to pin the wheel.
        remedy: &'static str,
    },
    /// Folder whose version differs from the pinned version.
    #[error(
        "`{path}` contains version {found}, but `api-specs/upstream.toml` pins {pinned}; to use \
         this version, {remedy}, or pass `--unpinned` once"
    )]
    VersionMismatch {
        /// The folder.
        path: PathBuf,
        /// Its version.
        found: String,
        /// Pinned version.
        pinned: String,
        /// How to pin the version.
        remedy: String,
    },
    /// File or folder that is not an upstream package.
    #[error(
        "invalid upstream package `{path}`: {reason}; expected a wheel or an unpacked wheel with \
         files `{expected}`"
    )]
    InvalidPackage {
        /// Wheel or folder.
        path: PathBuf,
        /// What is wrong.
        reason: String,
        /// Files that the package should contain.
        expected: &'static str,
    },
    /// Version that cannot be pinned.
    #[error("cannot pin `{path}` as version `{version}`: {reason}")]
    CannotPin {
        /// Wheel, folder or name of the package.
        path: PathBuf,
        /// Requested version.
        version: String,
        /// What is wrong.
        reason: String,
    },
    /// Command without a service.
    #[error(
        "missing service: expected `cargo xtask {0} SERVICE[@VERSION]…`, such as `cargo xtask {0} \
         clb`"
    )]
    MissingService(&'static str),
    /// Argument that is neither a service nor a version of a service.
    #[error(
        "invalid service `{0}`: expected `SERVICE` or `SERVICE@VERSION`, such as `cvm` or \
         `cvm@2017-03-12`"
    )]
    InvalidSelector(String),
    /// Service that does not exist.
    #[error("unknown service `{name}`: not found {place}{}", hint(suggestions))]
    UnknownService {
        /// Name of the service.
        name: String,
        /// Where the service was searched for.
        place: &'static str,
        /// Similar names.
        suggestions: Vec<String>,
    },
    /// Version that the service does not have.
    #[error(
        "unknown version `{version}` of the service `{service}`: not found {place}; available: `{}`",
        versions.join("`, `")
    )]
    UnknownVersion {
        /// The service.
        service: String,
        /// Requested version.
        version: String,
        /// Where the version was searched for.
        place: &'static str,
        /// Available versions.
        versions: Vec<String>,
    },
    /// Workspace without specifications.
    #[error("no specification in `{0}`: add a service, for example with `cargo xtask add cvm`")]
    NoSpecs(PathBuf),
    /// Committed specification that cannot be read.
    #[error("{error}; to restore the file, run `cargo xtask sync {service}`")]
    InvalidCommittedSpec {
        /// The service.
        service: String,
        /// What is wrong.
        error: tencentcloud_codegen::Error,
    },
    /// Service that cannot be removed, because hand-written code uses it.
    #[error(
        "cannot remove the service `{service}`: it is used by {}; remove these uses first",
        listed(users, "files")
    )]
    ServiceInUse {
        /// The service.
        service: String,
        /// Files that use it.
        users: Vec<String>,
    },
    /// Service without a specification that hand-written code uses.
    #[error(
        "no specification in `api-specs/{service}`, but the service is used by {}; restore it with \
         `cargo xtask add {service}`, or remove these uses",
        listed(users, "files")
    )]
    MissingSpec {
        /// The service.
        service: String,
        /// Files that use it.
        users: Vec<String>,
    },
    /// Manifest that cannot be read or updated.
    #[error("invalid manifest `{path}`: {reason}")]
    InvalidManifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Lock file that cargo cannot update.
    #[error("cargo cannot update `Cargo.lock` for the written files: {0}")]
    LockFile(String),
    /// `--common-path` without `--out`.
    #[error(
        "`--common-path` requires `--out DIR`: crates of this workspace use its own \
         `tencentcloud-common`"
    )]
    CommonPathWithoutOut,
    /// `--common-path` with another folder.
    #[error(
        "invalid `--common-path` `{0}`: expected the folder of the package `tencentcloud-common`"
    )]
    InvalidCommonPath(PathBuf),
    /// Folder that cannot take a standalone crate.
    #[error("cannot write a standalone crate to `{path}`: {reason}")]
    InvalidOut {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        reason: &'static str,
    },
}

impl Error {
    /// Returns a function that converts the I/O error of an operation on a path.
    pub(crate) fn io(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { operation, path, source }
    }

    /// Returns the error of a service that is not among `names`.
    pub(crate) fn unknown_service<'a>(
        name: &str,
        place: &'static str,
        names: impl Iterator<Item = &'a str>,
    ) -> Self {
        Self::UnknownService { name: name.to_owned(), place, suggestions: suggestions(name, names) }
    }

    /// Adds to an error in a committed specification how to restore it.
    pub(crate) fn in_committed_spec(self) -> Self {
        match self {
            // Nothing but an editor or the history of the repository restores a supplement.
            Self::Spec(error) if error.location.supplement.is_none() => {
                Self::InvalidCommittedSpec { service: error.location.service.clone(), error }
            }
            other => other,
        }
    }
}

/// Maximum number of files or codes that a message names.
const MAX_LISTED: usize = 5;

/// Lists some of the files or other things, and counts the others.
pub(crate) fn listed(names: &[String], things: &str) -> String {
    let shown: Vec<String> =
        names.iter().take(MAX_LISTED).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(MAX_LISTED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more {things}", shown.join(", ")),
    }
}

fn hint(suggestions: &[String]) -> String {
    if suggestions.is_empty() {
        return "; expected the directory name of a service, such as `cvm` or `autoscaling`".into();
    }
    format!("; did you mean `{}`?", suggestions.join("` or `"))
}
