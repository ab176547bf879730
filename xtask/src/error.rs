use std::io;
use std::path::{Path, PathBuf};

/// Why a chore was not done, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("cannot {what} `{path}`: {source}")]
    File {
        /// What was tried.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A specification is wrong.
    #[error(transparent)]
    Spec(#[from] tencentcloud_codegen::Error),
    /// A part of the conformance run fails, or gets worse.
    #[error("conformance: {0}")]
    Conformance(String),
    /// A budget is not kept, or cannot be measured.
    #[error("budget: {0}")]
    Budget(String),
    /// `api-specs/upstream.toml` is wrong.
    #[error(
        "`{path}` is not right: {reason}; it needs `package`, `version` and `sha256`, each a string"
    )]
    Pin {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// No Python with pip.
    #[error(
        "cannot run `python3 -m pip`: {0}; install Python 3 with pip, or download the wheel of \
         the package by hand and name it with `--from FILE`"
    )]
    NoPip(String),
    /// The download failed.
    #[error(
        "pip could not download {package}: {reason}\nLook at the network and at pip's settings, \
         or download the wheel by hand and name it with `--from FILE`"
    )]
    Download {
        /// The package and version.
        package: String,
        /// What pip says.
        reason: String,
    },
    /// The wheel is another one than the pinned one.
    #[error(
        "`{path}` has the SHA-256 {found}, but `api-specs/upstream.toml` pins {pinned}. If it is \
         the package that you want, look at where it came from, and run again with `--unpinned`; \
         to pin it, write its version and this checksum into `api-specs/upstream.toml`"
    )]
    Checksum {
        /// The wheel.
        path: PathBuf,
        /// Its checksum.
        found: String,
        /// The checksum that it should have.
        pinned: String,
    },
    /// The folder holds another version than the pinned one.
    #[error(
        "`{path}` holds version {found}, but `api-specs/upstream.toml` pins {pinned}. If it is \
         the package that you want, run again with `--unpinned`; to pin it, write its version and \
         the checksum of its wheel into `api-specs/upstream.toml`"
    )]
    OtherVersion {
        /// The folder.
        path: PathBuf,
        /// The version in it.
        found: String,
        /// The version that it should have.
        pinned: String,
    },
    /// What should be the upstream package is not.
    #[error(
        "`{path}` is not an upstream package: {reason}; it should be a wheel or an unpacked one, \
         with files `tccli/services/SERVICE/vYYYYMMDD/api.json`"
    )]
    Package {
        /// The wheel or folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A service that is not there.
    #[error("there is no service `{name}` {place}{}", hint(near))]
    UnknownService {
        /// The name.
        name: String,
        /// Where it was looked for.
        place: String,
        /// Names that are like it.
        near: Vec<String>,
    },
    /// No specification at all.
    #[error("there is no specification in `{0}`; name the services: `cargo xtask sync cvm cbs`")]
    NoSpecs(PathBuf),
}

impl Error {
    /// The error of something that was tried on a path.
    pub(crate) fn file(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { what, path, source }
    }

    /// The error of a service that is not among `names`.
    pub(crate) fn unknown_service<'a>(
        name: &str,
        place: impl Into<String>,
        names: impl Iterator<Item = &'a str>,
    ) -> Self {
        let near = names.filter(|other| is_near(name, other)).map(str::to_owned).collect();
        Self::UnknownService { name: name.to_owned(), place: place.into(), near }
    }
}

fn hint(near: &[String]) -> String {
    if near.is_empty() {
        return "; services are named by their directory, such as `cvm` or `autoscaling`".into();
    }
    format!("; is it one of `{}`?", near.join("`, `"))
}

/// Whether a name may have been meant for another: one is a part of the other, or at most two
/// letters differ.
fn is_near(name: &str, other: &str) -> bool {
    let is_part = name.len() >= 3 && (other.contains(name) || name.contains(other));
    let allowed = if name.len() <= 3 { 1 } else { 2 };
    is_part || distance(name, other) <= allowed
}

/// How many letters must be added, removed or changed to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (done, letter) in one.chars().enumerate() {
        let mut next = vec![done + 1];
        let above = row.iter().zip(row.iter().skip(1));
        for (same, (diagonal, up)) in other.chars().map(|it| it == letter).zip(above) {
            let left = next.last().copied().unwrap_or_default();
            let changed = diagonal + usize::from(!same);
            next.push(changed.min(up + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
