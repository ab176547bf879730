use tempfile::TempDir;

use super::*;

fn open(directory: &TempDir, max_size: u64, max_files: u32) -> RollingFile {
    let file = FileLogger::new(directory.path().join("sdk.log"));
    file.max_size(max_size).max_files(max_files).open().unwrap()
}

/// Names and contents of all files, by name.
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
fn a_full_file_is_started_anew_and_the_oldest_is_deleted() {
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
fn a_line_is_never_split_and_one_that_is_too_large_is_alone() {
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
fn a_restart_goes_on_where_the_file_ended() {
    let directory = tempfile::tempdir().unwrap();
    write(&mut open(&directory, 6, 2), &["a1\n"]);
    write(&mut open(&directory, 6, 2), &["a2\n"]);
    assert_files(&directory, &[("sdk.log", "a1\na2\n")]);
    write(&mut open(&directory, 6, 2), &["b1\n"]);
    assert_files(&directory, &[("sdk.log", "b1\n"), ("sdk.log.1", "a1\na2\n")]);
}

#[test]
fn one_file_is_emptied() {
    let directory = tempfile::tempdir().unwrap();
    let mut file = open(&directory, 6, 1);
    write(&mut file, &["a1\n", "a2\n", "b1\n"]);
    assert_files(&directory, &[("sdk.log", "b1\n")]);
}

#[test]
fn a_file_that_is_deleted_is_made_again() {
    let directory = tempfile::tempdir().unwrap();
    let mut file = open(&directory, 6, 3);
    write(&mut file, &["a1\n", "a2\n"]);
    fs::remove_file(directory.path().join("sdk.log")).unwrap();
    write(&mut file, &["b1\n", "b2\n", "c1\n"]);
    assert_files(&directory, &[("sdk.log", "c1\n"), ("sdk.log.1", "b1\nb2\n")]);
}

#[test]
fn what_cannot_be_renamed_is_told_and_written_on_to() {
    let directory = tempfile::tempdir().unwrap();
    // A directory in the place of an old file can neither be replaced nor deleted by renaming.
    let in_the_way = directory.path().join("sdk.log.1");
    fs::create_dir(&in_the_way).unwrap();
    let mut file = open(&directory, 3, 2);
    write(&mut file, &["a1\n"]);
    for line in ["a2\n", "a3\n"] {
        file.write_all(line.as_bytes()).unwrap();
        assert!(file.flush().is_err(), "it is told");
        file.flush().expect("but only once");
    }
    assert_files(&directory, &[("sdk.log", "a1\na2\na3\n")]);
    fs::remove_dir(&in_the_way).unwrap();
    write(&mut file, &["b1\n"]);
    assert_files(&directory, &[("sdk.log", "b1\n"), ("sdk.log.1", "a1\na2\na3\n")]);
}

#[test]
fn attempts_that_fail_push_no_file_out() {
    let directory = tempfile::tempdir().unwrap();
    let mut file = open(&directory, 3, 4);
    write(&mut file, &["a1\n", "b1\n", "c1\n"]);
    let log = directory.path().join("sdk.log");
    // Shifting works, but the last step does not: there is no file to be renamed to number 1.
    fs::remove_file(&log).unwrap();
    for _ in 0..5 {
        assert!(file.roll().is_err());
    }
    let kept = [("sdk.log.2", "b1\n"), ("sdk.log.3", "a1\n")];
    assert_files(&directory, &kept);
    write(&mut file, &["d1\n", "e1\n"]);
    assert_files(&directory, &[("sdk.log", "e1\n"), ("sdk.log.1", "d1\n"), kept[0], kept[1]]);
}

#[test]
fn a_directory_that_is_gone_is_an_error_until_it_is_back() {
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
fn what_is_no_regular_file_is_not_renamed() {
    let directory = tempfile::tempdir().unwrap();
    let link = directory.path().join("sdk.log");
    std::os::unix::fs::symlink("/dev/null", &link).unwrap();
    let mut file = open(&directory, 3, 3);
    write(&mut file, &["a1\n", "a2\n", "a3\n"]);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(!directory.path().join("sdk.log.1").exists());
}
