//! PDFs are copied whole, so what is in them must have been looked at: what a reader may pass over is
//! found, or the PDF is withheld and the report says why.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::*;
use crate::formats::make;

const ACCOUNT: &str = "DE89 3704 0044 0532 0130 00";

fn packed(content: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
    packer.write_all(content).unwrap();
    packer.finish().unwrap()
}

fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<< /Length {} {entries} >>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

fn show(text: &str) -> String {
    format!("BT /F1 12 Tf 72 720 Td ({text}) Tj ET")
}

/// A PDF with a harmless page; `more` are objects from number 6 on.
fn pdf(content: &[u8], catalog: &str, page: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>").into_bytes(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> {page} >>").into_bytes(),
        stream("", content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    objects.extend_from_slice(more);
    make::pdf_of(&objects, "")
}

/// Appends a revision in which object 4 is another.
fn revised(mut pdf: Vec<u8>, content: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(&pdf).into_owned();
    let before = text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().to_owned();
    let place = pdf.len();
    pdf.extend(b"4 0 obj\n");
    pdf.extend(stream("", content.as_bytes()));
    pdf.extend(b"\nendobj\n");
    let table = pdf.len();
    pdf.extend(
        format!("xref\n4 1\n{place:010} 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev {before} >>\nstartxref\n{table}\n%%EOF\n").bytes(),
    );
    pdf
}

#[test]
fn nothing_in_a_pdf_is_copied_that_was_not_looked_at() {
    let hello = show("Hallo");
    let hello = hello.as_bytes();
    let plain = || pdf(hello, "", "", &[]);
    let secret = format!("IBAN {ACCOUNT}");
    let form =
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 5 0 R >> >>";
    let note = "<< /Type /Annot /Subtype /FreeText /Rect [0 0 1 1] /AP << /N 7 0 R >> >>";
    let more = |object: &str| vec![object.as_bytes().to_vec()];
    let with = |catalog: &str, page: &str, objects: &[Vec<u8>]| pdf(hello, catalog, page, objects);
    let cases: Vec<(&str, Vec<u8>, usize, &str)> = vec![
        // (what, bytes, findings, status of the copy)
        ("plain", plain(), 0, "written"),
        ("a page", pdf(show(&secret).as_bytes(), "", "", &[]), 1, "withheld"),
        (
            "a form that the page draws",
            pdf(b"/X Do", "", "", &[stream(form, show(&secret).as_bytes())]),
            1,
            "withheld",
        ),
        ("a harmless form", pdf(b"/X Do", "", "", &[stream(form, hello)]), 0, "written"),
        ("behind the end", [plain(), secret.clone().into_bytes()].concat(), 0, "withheld"),
        ("a comment behind the end", [plain(), b"% Hallo".to_vec()].concat(), 0, "withheld"),
        ("an empty line behind the end", [plain(), b"\r\n".to_vec()].concat(), 0, "written"),
        ("before the start", [b"4111 1111 1111 1111\n".to_vec(), plain()].concat(), 0, "withheld"),
        (
            "an older version",
            revised(pdf(show(&secret).as_bytes(), "", "", &[]), "BT ET"),
            0,
            "withheld",
        ),
        ("a comment in the file", with("", &format!("%{secret}\n"), &[]), 1, "withheld"),
        (
            "a comment in content",
            pdf(&[hello, b"\n%", secret.as_bytes()].concat(), "", "", &[]),
            1,
            "withheld",
        ),
        (
            "text beside what is shown",
            pdf(
                &[format!("/Span << /ActualText ({secret}) >> BDC ").as_bytes(), hello, b" EMC"]
                    .concat(),
                "",
                "",
                &[],
            ),
            1,
            "withheld",
        ),
        (
            "an inline image",
            pdf(b"BI /W 3 /H 1 /BPC 8 /CS /G ID abc EI", "", "", &[]),
            0,
            "withheld",
        ),
        (
            "what a note looks like",
            with("", "/Annots [6 0 R]", &[note.into(), stream(form, show(&secret).as_bytes())]),
            1,
            "withheld",
        ),
        (
            "what a harmless note looks like",
            with("", "/Annots [6 0 R]", &[note.into(), stream(form, hello)]),
            0,
            "written",
        ),
        (
            "what a note says",
            with(
                "",
                "/Annots [6 0 R]",
                &more(&format!("<< /Type /Annot /Subtype /Text /Contents ({secret}) >>")),
            ),
            1,
            "withheld",
        ),
        (
            "a script",
            with(
                "/OpenAction 6 0 R",
                "",
                &[
                    b"<< /S /JavaScript /JS 7 0 R >>".to_vec(),
                    stream("/Filter /FlateDecode", &packed(secret.as_bytes())),
                ],
            ),
            1,
            "withheld",
        ),
        (
            "a form of another kind",
            with("/AcroForm << /XFA 6 0 R >>", "", &[stream("", b"<xfa>Hallo</xfa>")]),
            0,
            "withheld",
        ),
        (
            "what a program keeps",
            with("", "/PieceInfo << /App << /Private 6 0 R >> >>", &[stream("", b"\0\x01\x02")]),
            0,
            "withheld",
        ),
        ("what nothing refers to", with("", "", &[stream("", b"\0\x01\x02")]), 0, "withheld"),
        (
            "a small picture of the page",
            with("", "/Thumb 6 0 R", &[stream("/Width 3 /Height 1", b"abc")]),
            0,
            "withheld",
        ),
        (
            "the name of a place",
            with("/Dests << /DE89370400440532013000 [3 0 R /Fit] >>", "", &[]),
            1,
            "withheld",
        ),
        (
            "behind packed content",
            with(
                "",
                "",
                &[stream(
                    &format!("{form} /Filter /FlateDecode"),
                    &[packed(hello), secret.clone().into_bytes()].concat(),
                )],
            ),
            0,
            "withheld",
        ),
        (
            "a font",
            with(
                "",
                "",
                &[
                    b"<< /Type /FontDescriptor /FontFile2 7 0 R >>".to_vec(),
                    stream("", b"\0\x01\0\0"),
                ],
            ),
            0,
            "written",
        ),
        (
            "a text for a font",
            with(
                "",
                "",
                &[b"<< /Type /FontDescriptor /FontFile2 7 0 R >>".to_vec(), stream("", b"Hallo")],
            ),
            0,
            "withheld",
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    for (at, case) in cases.iter().enumerate() {
        fs::write(input.join(format!("{at}.pdf")), &case.1).unwrap();
    }
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input]);
    for keep_media in [false, true] {
        options.copies = Some(CopyOptions { keep_media, ..copies(folder.path()) });
        let answer = run(&options, &folder.path().join("report")).unwrap();
        for (at, (what, bytes, findings, copy)) in cases.iter().enumerate() {
            let name = format!("{at}.pdf");
            let one = answer.input(&format!("in/{name}"));
            assert_eq!(one["findings"], *findings, "{what}: {one}");
            let is_picture = matches!(*what, "an inline image" | "a small picture of the page");
            let copy = if keep_media && is_picture { "written" } else { copy };
            assert_eq!(one["copy"]["status"], copy, "{what}, {keep_media}: {one}");
            assert!(
                *findings > 0 || copy == "written" || one["notes"][0].is_string(),
                "{what}: {one}"
            );
            let out = folder.path().join("out");
            assert_eq!(
                out.join(format!("{name}.withheld.txt")).exists(),
                copy == "withheld",
                "{what}"
            );
            assert_eq!(
                fs::read(out.join(&name)).ok().as_ref(),
                (copy == "written").then_some(bytes),
                "{what}"
            );
        }
    }
}
