//! Fixtures that are made when they are needed: containers and documents.

use std::io::{Cursor, Write};

use flate2::Compression;
use zip::write::SimpleFileOptions;

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(content).unwrap();
    packed.finish().unwrap()
}

pub(crate) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, *content).unwrap();
    }
    tar.into_inner().unwrap()
}

pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const TYPES: &[u8] = br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="png" ContentType="image/png"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
const RELS: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#;

/// A text document with this body, properties and a picture.
pub(crate) fn docx(body: &str) -> Vec<u8> {
    let document = format!(
        r#"<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"#
    );
    let core = r#"<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>erika@example.org</dc:creator></cp:coreProperties>"#;
    zip(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("word/document.xml", document.as_bytes()),
        ("docProps/core.xml", core.as_bytes()),
        ("word/media/image1.png", b"\x89PNG\r\n\x1a\n\0\0\0\0IEND\xaeB`\x82"),
    ])
}

/// A workbook of one sheet: names of columns, then a customer with the number as a number.
pub(crate) fn xlsx(names: [&str; 3], customer: [&str; 2], number: u64) -> Vec<u8> {
    let shared: String =
        names.iter().chain(&customer).map(|text| format!("<si><t>{text}</t></si>")).collect();
    let shared = format!(
        r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{shared}</sst>"#
    );
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row><row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2" t="s"><v>4</v></c><c r="C2"><v>{number}</v></c></row></sheetData></worksheet>"#
    );
    zip(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/sharedStrings.xml", shared.as_bytes()),
    ])
}

/// A PDF of one page with these lines.
pub(crate) fn pdf(lines: &[&str]) -> Vec<u8> {
    let mut content = String::from("BT /F1 12 Tf 14 TL 72 720 Td\n");
    for line in lines {
        content += &format!("({line}) Tj T*\n");
    }
    content += "ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    pdf_of(&objects.map(String::into_bytes), "")
}

/// A PDF of these objects, of which the first is its catalog; `trailer` goes into its trailer.
pub(crate) fn pdf_of(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.extend(format!("{} 0 obj\n", at + 1).bytes());
        pdf.extend(object);
        pdf.extend(b"\nendobj\n");
    }
    let start = pdf.len();
    pdf.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        pdf.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    pdf.extend(
        format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n")
            .bytes(),
    );
    pdf
}

/// A JPEG of nothing but a place (52.5200 N, 13.4050 E) and a comment.
pub(crate) fn jpeg(comment: &str) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08".to_vec();
    // One entry: the place lies at 26.
    tiff.extend([0, 1, 0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0]);
    tiff.extend([0, 4]);
    let values = 26 + 2 + 4 * 12 + 4;
    let entry = |tag: u8, kind: u8, count: u8, value: [u8; 4]| {
        let mut entry = vec![0, tag, 0, kind, 0, 0, 0, count];
        entry.extend(value);
        entry
    };
    tiff.extend(entry(1, 2, 2, *b"N\0\0\0"));
    tiff.extend(entry(2, 5, 3, [0, 0, 0, values]));
    tiff.extend(entry(3, 2, 2, *b"E\0\0\0"));
    tiff.extend(entry(4, 5, 3, [0, 0, 0, values + 24]));
    tiff.extend([0; 4]);
    for number in [52_u32, 1, 3120, 100, 0, 1, 13, 1, 2430, 100, 0, 1] {
        tiff.extend(number.to_be_bytes());
    }
    let segment = |kind: u8, content: &[u8]| {
        let mut segment = vec![0xFF, kind];
        segment.extend((content.len() as u16 + 2).to_be_bytes());
        segment.extend(content);
        segment
    };
    let exif = [b"Exif\0\0".as_slice(), &tiff].concat();
    [
        &[0xFF, 0xD8][..],
        &segment(0xE1, &exif),
        &segment(0xFE, comment.as_bytes()),
        &segment(0xDA, &[0; 8]),
        &[1, 2, 3, 0xFF, 0xD9],
    ]
    .concat()
}

/// A mail with a text in quoted-printable, a table and a document in base64.
pub(crate) fn mail(document: &[u8]) -> Vec<u8> {
    use base64::Engine;
    let encoded = base64::prelude::BASE64_STANDARD.encode(document);
    let lines: Vec<&str> = (0..encoded.len())
        .step_by(76)
        .map(|at| &encoded[at..(at + 76).min(encoded.len())])
        .collect();
    format!(
        "From: =?UTF-8?Q?J=C3=B6rg_Muster?= <joerg.muster@example.org>\r\nTo: werkstatt@example.com\r\n\
Subject: =?UTF-8?B?TWVpbmUgSUJBTiBERTg5IDM3MDQgMDA0NCAwNTMyIDAxMzAgMDAgZsO8cg==?=\r\n Sie\r\n\
Date: Sat, 2 Mar 2024 14:05:00 +0100\r\nMIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=\"=_b1_4111111111111111\"\r\n\r\nvorweg\r\n\
--=_b1_4111111111111111\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
Gr=C3=BC=C3=9Fe, mein Konto: DE02 1203 0000 =\r\n0000 2020 51\r\n\
--=_b1_4111111111111111\r\nContent-Type: application/octet-stream; name=\"Vertrag.bin\"\r\n\
Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"Vertrag.bin\"\r\n\r\n\
{}\r\n--=_b1_4111111111111111--\r\n",
        lines.join("\r\n")
    )
    .into_bytes()
}

/// A binary property list of a device.
pub(crate) fn property_list() -> Vec<u8> {
    let mut list = plist::Dictionary::new();
    list.insert("Device Name".to_owned(), "iPhone".into());
    list.insert("Last Backup".to_owned(), plist::Value::Array(vec!["gestern".into(), 7.into()]));
    let mut bytes = Vec::new();
    plist::Value::Dictionary(list).to_writer_binary(&mut bytes).unwrap();
    bytes
}
