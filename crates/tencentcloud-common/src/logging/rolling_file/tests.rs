use tempfile::TempDir;

use super::*;

fn open(directory: &TempDir, max_size: u64, max_files: u32) -> RollingFile {
    let file = FileLogger::new(directory.path().join("sdk.log"));
    file.max_size(max_size).max_files(max_files).open().unwrap()
}

/// Returns the names and contents of all files, sorted by name.
fn files(directory: &TempDir) -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn assert_files(directory: &TempDir, expected: &[(&str, &str)]) {
    let found = files(directory);
    let found: Vec<_> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(found, expected);
}

fn write(file: &mut RollingFile, lines: &[&str]) {
    for line in lines {
        file.write_all(line.as_bytes()).unwrap();
        file.flush().unwrap();
    }
}

#[test]
fn full_file_is_rotated_and_the_oldest_is_deleted() {
    let directory = tempfile::tempdir().unwrap();
    let mut file = open(&directory, 6, 3);
    write(&mut file, &["a1\n", "a2\n"]);
    assert_files(&directory, &[("sdk.log", "a1\na2\n")]);
    write(&mut file, &["b1\n"]);
    assert_files(&directory, &[("sdk.log", "b1\n"), ("sdk.log.1", "a1\na2\n")]);
    write(&mut file, &["b2\n", "c1\n", "c2\n", "d1\n"]);
    let expected = [("sdk.log", "d1\n"), ("sdk.log.1", "c1\nc2\n"), ("sdk.log.2", "b1\nb2\n")];
    assert_files(&directory, &expected);
}

#[test]
fn line_is_never_split_and_a_long_line_has_its_own_file() {
    let directory = tempfile::tempdir().unwrap();
    let mut file = open(&directory, 6, 9);
    write(&mut file, &["much too large\n", "a\n", "bbbb\n", "much too large\n", "c\n"]);
    let expected = [
        ("sdk.log", "c\n"),
        ("sdk.log.1", "much too large\n"),
        ("sdk.log.2", "bbbb\n"),
        ("sdk.log.3", "a\n"),
        ("sdk.log.4", "much too large\n"),
    ];
    assert_files(&directory, &expected);
}

#[test]
fn restart_appends_to_the_file() {
    let directory = tempfile::tempdir().unwrap();
    write(&mut open(&directory, 6, 2), &["a1\n"]);
    write(&mut open(&directory, 6, 2), &["a2\n"]);
    assert_files(&directory, &[("sdk.log", "a1\na2\n")]);
    write(&mut open(&directory, 6, 2), &["b1\n"]);
    assert_files(&directory, &[("sdk.log", "b1\n"), ("sdk.log.1", "a1\na2\n")]);
}

#[test]
fn single_file_is_truncated() {
    let directory = tempfile::tempdir().unwrap();
    let mut file = open(&directory, 6, 1);
    write(&mut file, &["a1\n", "a2\n", "b1\n"]);
    assert_files(&directory, &[("sdk.log", "b1\n")]);
}

#[test]
fn deleted_file_is_created_again() {
    let directory = tempfile::tempdir().unwrap();
    let mut file = open(&directory, 6, 3);
    write(&mut file, &["a1\n", "a2\n"]);
    fs::remove_file(directory.path().join("sdk.log")).unwrap();
    write(&mut file, &["b1\n", "b2\n", "c1\n"]);
    assert_files(&directory, &[("sdk.log", "c1\n"), ("sdk.log.1", "b1\nb2\n")]);
}

#[test]
fn failed_rotation_is_reported_and_the_file_is_still_written() {
    let directory = tempfile::tempdir().unwrap();
    // A rename cannot replace or delete a directory that has the name of an old file.
    let blocking_directory = directory.path().join("sdk.log.1");
    fs::create_dir(&blocking_directory).unwrap();
    let mut file = open(&directory, 3, 2);
    write(&mut file, &["a1\n"]);
    for line in ["a2\n", "a3\n"] {
        file.write_all(line.as_bytes()).unwrap();
        assert!(file.flush().is_err(), "the error is reported");
        file.flush().expect("the error is reported only once");
    }
    assert_files(&directory, &[("sdk.log", "a1\na2\na3\n")]);
    fs::remove_dir(&blocking_directory).unwrap();
    write(&mut file, &["b1\n"]);
    assert_files(&directory, &[("sdk.log", "b1\n"), ("sdk.log.1", "a1\na2\na3\n")]);
}

#[test]
fn failed_rotations_delete_no_files() {
    let directory = tempfile::tempdir().unwrap();
    let mut file = open(&directory, 3, 4);
    write(&mut file, &["a1\n", "b1\n", "c1\n"]);
    let log = directory.path().join("sdk.log");
    // The old files are renamed, but there is no current file to rename to number 1.
    fs::remove_file(&log).unwrap();
    for _ in 0..5 {
        assert!(file.rotate().is_err());
    }
    let old_files = [("sdk.log.2", "b1\n"), ("sdk.log.3", "a1\n")];
    assert_files(&directory, &old_files);
    write(&mut file, &["d1\n", "e1\n"]);
    assert_files(
        &directory,
        &[("sdk.log", "e1\n"), ("sdk.log.1", "d1\n"), old_files[0], old_files[1]],
    );
}

#[test]
fn missing_directory_is_an_error_until_it_exists_again() {
    let directory = tempfile::tempdir().unwrap();
    let inner = directory.path().join("logs");
    fs::create_dir(&inner).unwrap();
    let mut file = FileLogger::new(inner.join("sdk.log")).open().unwrap();
    fs::remove_dir_all(&inner).unwrap();
    assert_eq!(file.write_all(b"a1\n").unwrap_err().kind(), ErrorKind::NotFound);
    fs::create_dir(&inner).unwrap();
    write(&mut file, &["a2\n"]);
    assert_eq!(fs::read_to_string(inner.join("sdk.log")).unwrap(), "a2\n");
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_rotated() {
    let directory = tempfile::tempdir().unwrap();
    let link = directory.path().join("sdk.log");
    std::os::unix::fs::symlink("/dev/null", &link).unwrap();
    let mut file = open(&directory, 3, 3);
    write(&mut file, &["a1\n", "a2\n", "a3\n"]);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(!directory.path().join("sdk.log.1").exists());
}
