//! `findings.jsonl` and `report.json`.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::terminal::is_deceptive;
use super::{FindingRecord, InputRecord, Overview, Report, RunRecord, Setting};
use crate::files::{self, Pending};

/// `findings.jsonl`: one finding a line.
pub(super) struct Findings {
    out: BufWriter<Pending>,
}

impl Findings {
    pub(super) fn start(setting: &Setting<'_>) -> io::Result<Box<dyn Report>> {
        let out = BufWriter::new(Pending::new(&setting.folder.join("findings.jsonl"))?);
        Ok(Box::new(Self { out }))
    }
}

impl Report for Findings {
    fn finding(&mut self, finding: &FindingRecord) -> io::Result<()> {
        write(&mut self.out, finding)?;
        self.out.write_all(b"\n")
    }

    fn input(&mut self, _input: &InputRecord) -> io::Result<()> {
        Ok(())
    }

    fn finish(self: Box<Self>, _run: &RunRecord, _overview: &Overview) -> io::Result<Pending> {
        self.out.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

/// `report.json`: the run, then one input a line. Inputs wait in a temporary file, since totals
/// come first and are known last.
pub(super) struct Run {
    out: Pending,
    inputs: BufWriter<File>,
    any: bool,
}

impl Run {
    pub(super) fn start(setting: &Setting<'_>) -> io::Result<Box<dyn Report>> {
        let out = Pending::new(&setting.folder.join("report.json"))?;
        let inputs = BufWriter::new(files::temporary(setting.folder)?);
        Ok(Box::new(Self { out, inputs, any: false }))
    }
}

impl Report for Run {
    fn finding(&mut self, _finding: &FindingRecord) -> io::Result<()> {
        Ok(())
    }

    fn input(&mut self, input: &InputRecord) -> io::Result<()> {
        self.inputs.write_all(if self.any { b",\n" } else { b"\n" })?;
        self.any = true;
        write(&mut self.inputs, input)
    }

    fn finish(self: Box<Self>, run: &RunRecord, _overview: &Overview) -> io::Result<Pending> {
        let Self { mut out, inputs, .. } = *self;
        let mut inputs = inputs.into_inner().map_err(io::IntoInnerError::into_error)?;
        inputs.rewind()?;
        let mut head = Vec::new();
        write(&mut head, run)?;
        head.pop_if(|last| *last == b'}');
        out.write_all(&head)?;
        out.write_all(b",\"inputs\":[")?;
        io::copy(&mut inputs, &mut out)?;
        out.write_all(b"\n]}\n")?;
        Ok(out)
    }
}

fn write(out: &mut impl Write, record: &impl Serialize) -> io::Result<()> {
    record.serialize(&mut Serializer::with_formatter(out, Plain)).map_err(io::Error::from)
}

/// Compact JSON whose strings are safe to print: what [`is_deceptive`] names is written `\uXXXX`.
struct Plain;

impl Formatter for Plain {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_deceptive(*c)) {
            out.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn strings_are_lossless_and_printable() {
        let text = "a\u{202e}b \u{9b}31m \u{e0041} \" \\ \n ä 👍";
        let mut out = Vec::new();
        write(&mut out, &text).unwrap();
        let json = String::from_utf8(out).unwrap();
        assert!(!json.contains(is_deceptive), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
