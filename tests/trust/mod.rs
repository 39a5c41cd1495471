//! What the program promises about hostile input, copies and the process itself (`docs/security.md`).

#[cfg(target_os = "linux")]
mod bounds;
#[cfg(target_os = "linux")]
mod crash;
#[cfg(unix)]
mod hostile;
#[cfg(target_os = "linux")]
mod outputs;
#[cfg(unix)]
mod promises;
#[cfg(target_os = "linux")]
mod sandbox;
#[cfg(unix)]
mod verify;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// All regular files below a folder: name with `/`, content.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let below = entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            (below, fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
