//! Where the upstream package comes from: a download, a file, or a folder.

use std::path::{Path, PathBuf};

use super::pin::{self, Pin};
use super::{Options, Package, pip};
use crate::error::Error;

/// A package, with notes about where it comes from.
pub(super) struct Opened {
    pub(super) package: Package,
    pub(super) notes: Vec<String>,
    /// The pin to write, when another version was asked for.
    pub(super) pin: Option<Pin>,
}

/// Downloads the pinned package into a folder, and says which file it is.
///
/// # Errors
///
/// No pip, no network, or a file that is not the pinned one.
pub fn download(pin: &Pin, python: Option<&Path>, folder: &Path) -> Result<PathBuf, Error> {
    let wheel = pip::download(pin, python.unwrap_or(Path::new("python3")), folder)?;
    pin.check_wheel(&wheel)?;
    Ok(wheel)
}

/// Opens the package that is asked for.
pub(super) fn open(pin: &Pin, options: &Options) -> Result<Opened, Error> {
    if let Some(version) = &options.upstream {
        return another(pin, version, options);
    }
    let Some(path) = &options.from else {
        let folder = tempfile::tempdir().map_err(Error::file("make", &std::env::temp_dir()))?;
        let wheel = download(pin, options.python.as_deref(), folder.path())?;
        let note = format!("{} {}: downloaded, the checksum is right", pin.package, pin.version);
        let package = Package::open(&wheel)?.downloaded_to(folder);
        return Ok(Opened { package, notes: vec![note], pin: None });
    };
    let package = Package::open(path)?;
    let note = if options.unpinned {
        let mut note = format!("{}: taken without a look at the pin", path.display());
        if path.is_file() {
            note = format!("{note}; its SHA-256 is {}", pin::sha256(path)?);
        }
        note
    } else if path.is_file() {
        pin.check_wheel(path)?;
        format!("{}: the checksum is right", path.display())
    } else if let Some(found) = package.version()? {
        pin.check_version(path, &found)?;
        format!("{}: version {found}, as pinned (a folder has no checksum)", path.display())
    } else {
        format!(
            "{}: a folder that does not tell its version; not compared with the pin",
            path.display()
        )
    };
    Ok(Opened { package, notes: vec![note], pin: None })
}

/// Opens the wheel of another version, to pin it.
fn another(pin: &Pin, version: &str, options: &Options) -> Result<Opened, Error> {
    let refused = |path: &Path, reason: String| Error::NotUpstream {
        path: path.to_owned(),
        wanted: version.to_owned(),
        reason,
    };
    let name = Path::new(&pin.package);
    let is_version = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
    if version.is_empty() || !version.chars().all(is_version) {
        return Err(refused(name, "expected digits and dots, such as `3.1.189.1`".into()));
    }
    if options.unpinned || !options.services.is_empty() {
        let reason = "`--upstream` is for all services, without `--unpinned`: name none";
        return Err(refused(name, reason.into()));
    }
    let mut new = Pin { version: version.to_owned(), ..pin.clone() };
    let folder = tempfile::tempdir().map_err(Error::file("make", &std::env::temp_dir()))?;
    let wheel = if let Some(path) = &options.from {
        path.clone()
    } else {
        let python = options.python.as_deref().unwrap_or(Path::new("python3"));
        pip::download(&new, python, folder.path())?
    };
    if wheel.is_dir() {
        return Err(refused(&wheel, "a folder has no checksum; name the wheel".into()));
    }
    let package = Package::open(&wheel)?.downloaded_to(folder);
    match package.version()? {
        Some(found) if found == version => {}
        Some(found) => return Err(refused(&wheel, format!("it is version {found}"))),
        None => return Err(refused(&wheel, "it does not tell its version".into())),
    }
    new.sha256 = pin::sha256(&wheel)?;
    let note = format!("{} {version}: pinned, in place of {}", new.package, pin.version);
    let checksum = format!("its SHA-256 is {}", new.sha256);
    Ok(Opened { package, notes: vec![note, checksum], pin: Some(new) })
}
