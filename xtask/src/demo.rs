//! `cargo xtask demo`: the zip export of `fixtures/demo`, always the same bytes.

use std::fs::{self, File};
use std::io::Write as _;

use anyhow::Context as _;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::run;

pub(crate) fn pack() -> anyhow::Result<()> {
    let target = run::root().join("fixtures/demo/WhatsApp Chat - Oliver Grant.zip");
    let mut names: Vec<_> = fs::read_dir(run::root().join("xtask/demo"))?
        .map(|entry| Ok(entry?.file_name().into_string().unwrap_or_default()))
        .collect::<std::io::Result<_>>()?;
    // As iOS does it: attachments in order, the chat last.
    names.sort();
    let mut zip = ZipWriter::new(File::create(&target).context("fixtures/demo")?);
    for name in names {
        let method = match name.ends_with(".jpg") {
            true => CompressionMethod::Stored,
            false => CompressionMethod::Deflated,
        };
        let time = DateTime::from_date_and_time(2024, 5, 20, 9, 30, 0)?;
        let options =
            SimpleFileOptions::default().compression_method(method).last_modified_time(time);
        zip.start_file(name.as_str(), options)?;
        zip.write_all(&fs::read(run::root().join("xtask/demo").join(&name))?)?;
    }
    zip.finish()?;
    println!("{}", target.display());
    Ok(())
}
