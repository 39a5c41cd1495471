//! Embeds `patterns/`: a rule file is built in by lying there. What takes long to read is made a table,
//! so that no run has to: what the expressions of rules wait for, and the numbering plans of all
//! countries from the metadata of the `phonenumber` crate.
#![allow(clippy::print_stdout, reason = "how a build speaks to cargo")]

mod detect;
mod model;
mod pattern;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("patterns");
    println!("cargo::rerun-if-changed=patterns");
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    let name = |file: &PathBuf| {
        file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/")
    };
    files.sort_by_cached_key(name);
    let mut code = String::from("&[\n");
    let mut texts = Vec::new();
    for file in files {
        let name = name(&file);
        writeln!(code, "    ({name:?}, include_str!({:?})),", file.to_string_lossy())
            .map_err(io::Error::other)?;
        texts.push((name, fs::read_to_string(file)?));
    }
    code.push(']');
    let triggers = detect::triggers(&pattern::expressions(&texts)?)?;
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("builtin.rs"), code)?;
    fs::write(out.join("triggers.tsv"), triggers)?;
    fs::write(out.join("plans.rs"), plans())
}

/// A slice of (region, country code, pattern of all numbers that people call, their lengths, trunk prefix).
fn plans() -> String {
    let regions = phonenumber::metadata::DATABASE.iter().map(|region| {
        let kinds = region.descriptors();
        let kinds: Vec<_> = [
            kinds.fixed_line(),
            kinds.mobile(),
            kinds.toll_free(),
            kinds.premium_rate(),
            kinds.shared_cost(),
            kinds.personal_number(),
            kinds.voip(),
            kinds.uan(),
        ]
        .into_iter()
        .flatten()
        .collect();
        let patterns: Vec<String> = kinds
            .iter()
            .map(|kind| kind.national_number().as_str().split_whitespace().collect())
            .collect();
        let mut lengths: Vec<u16> =
            kinds.iter().flat_map(|kind| kind.possible_length()).copied().collect();
        lengths.sort_unstable();
        lengths.dedup();
        let (pattern, trunk) = (patterns.join("|"), region.national_prefix());
        format!(
            "    ({:?}, {}, {pattern:?}, &{lengths:?}, {trunk:?}),\n",
            region.id(),
            region.country_code()
        )
    });
    let mut rows: Vec<String> = regions.collect();
    rows.sort();
    format!("&[\n{}]", rows.concat())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml" || extension == "tsv")
        {
            files.push(path);
        }
    }
    Ok(())
}
