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
        "`{path}` has the SHA-256 {found}, but `api-specs/upstream.toml` pins {pinned}; if it is \
         the package that you want, pin it with `cargo xtask sync --upstream VERSION`, or take it \
         once with `--unpinned`"
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
        "`{path}` contains version {found}, but `api-specs/upstream.toml` pins {pinned}; if it is \
         the package that you want, pin its wheel with `cargo xtask sync --upstream {found}`, or \
         take it once with `--unpinned`"
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
    /// A version that the service does not have.
    #[error(
        "the service `{service}` has no version `{version}` {place}; it has `{}`",
        versions.join("`, `")
    )]
    UnknownVersion {
        /// The service.
        service: String,
        /// The version that was asked for.
        version: String,
        /// Where it was looked for.
        place: &'static str,
        /// The versions that it has.
        versions: Vec<String>,
    },
    /// An argument that names neither a service nor a version of one.
    #[error(
        "invalid service `{0}`: expected `SERVICE` or `SERVICE@VERSION`, such as `cvm` or \
         `cvm@2017-03-12`"
    )]
    Selector(String),
    /// A command that names no service.
    #[error("no service given: expected `cargo xtask {0} SERVICE[@VERSION]…`, such as `{0} clb`")]
    NoService(&'static str),
    /// No specification at all.
    #[error("there is no specification in `{0}`; add a service, such as `cargo xtask add cvm`")]
    NoSpecs(PathBuf),
    /// A committed specification that cannot be read.
    #[error("{error}; `cargo xtask sync {service}` writes the file anew")]
    BrokenSpec {
        /// The service.
        service: String,
        /// What is wrong.
        error: tencentcloud_codegen::Error,
    },
    /// A service that hand-written code needs has no specification.
    #[error(
        "`{service}` is used by {}: {}",
        listed(users),
        if *removing {
            "it cannot be removed before they do without it".to_owned()
        } else {
            format!(
                "`api-specs/{service}` contains no specification; bring it back with \
                 `cargo xtask add {service}`, or change them to do without it"
            )
        }
    )]
    Needed {
        /// The service.
        service: String,
        /// The files that use it.
        users: Vec<String>,
        /// Whether it was about to be removed.
        removing: bool,
    },
    /// A manifest that does not have the lines which this program keeps in it.
    #[error("cannot keep `{path}` up to date: {reason}")]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Cargo does not load the workspace.
    #[error("the files are written, but cargo cannot load the workspace: {0}")]
    Cargo(String),
    /// The version that is to be pinned is not the one of the package.
    #[error("cannot pin `{path}` as version {wanted}: {reason}")]
    NotUpstream {
        /// The wheel or folder.
        path: PathBuf,
        /// The version that is to be pinned.
        wanted: String,
        /// What is wrong with it.
        reason: String,
    },
    /// `--common-path` without a crate that it could be for.
    #[error("`--common-path` needs `--out DIR`: a crate of this workspace depends on its own")]
    CommonPath,
    /// A folder in which no stand-alone crate is written.
    #[error("cannot write a stand-alone crate to `{path}`: {reason}")]
    Out {
        /// The folder.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
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
        Self::UnknownService { name: name.to_owned(), place: place.into(), near: near(name, names) }
    }
}

/// How many files a message names at most.
const MAX_USERS: usize = 5;

/// Some files, and how many more there are.
fn listed(users: &[String]) -> String {
    let names: Vec<String> = users.iter().take(MAX_USERS).map(|user| format!("`{user}`")).collect();
    match users.len().saturating_sub(MAX_USERS) {
        0 => names.join(", "),
        more => format!("{} and {more} more files", names.join(", ")),
    }
}

/// How many names a message suggests at most.
const MAX_SUGGESTIONS: usize = 5;

fn hint(near: &[String]) -> String {
    if near.is_empty() {
        return "; services are named by their directory, such as `cvm` or `autoscaling`".into();
    }
    format!("; did you mean `{}`?", near.join("` or `"))
}

/// The names that may have been meant, the closest first. Letter case does not count: a name that
/// differs in nothing else is the only one.
fn near<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let name = name.to_lowercase();
    let mut near: Vec<(usize, &str)> = names
        .map(|other| (distance(&name, &other.to_lowercase()), other))
        .filter(|(distance, other)| is_near(&name, &other.to_lowercase(), *distance))
        .collect();
    near.sort_unstable();
    near.dedup();
    if let Some(&(0, same)) = near.first() {
        return vec![same.to_owned()];
    }
    near.into_iter().take(MAX_SUGGESTIONS).map(|(_, other)| other.to_owned()).collect()
}

/// Whether a name may have been meant for another: one is a part of the other, or at most two
/// letters differ.
fn is_near(name: &str, other: &str, distance: usize) -> bool {
    let is_part = name.len() >= 3 && (other.contains(name) || name.contains(other));
    let allowed = if name.len() <= 3 { 1 } else { 2 };
    is_part || distance <= allowed
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
