#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use super::super::Sizes;
use super::{check_laws, read, small, told};
use crate::model::{LocalTime, Part};

type Row = (u64, Part, &'static str);

fn rows(text: &str) -> Vec<(u64, Part, String)> {
    let (pages, _) = read(text.as_bytes(), Sizes::default());
    told(&pages).into_iter().map(|(index, _, part, text)| (index, part, text)).collect()
}

fn assert_rows(text: &str, expected: &[Row], why: &str) {
    let expected: Vec<_> =
        expected.iter().map(|(index, part, text)| (*index, *part, (*text).to_owned())).collect();
    assert_eq!(rows(text), expected, "{why}");
}

fn at(year: i16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Option<LocalTime> {
    Some(LocalTime { year, month, day, hour, minute, second })
}

#[test]
fn every_header_shape() {
    let full = |second| at(2022, 3, 18, 14, 56, second);
    let (minute, second) = (full(0), full(1));
    let late = at(2022, 3, 18, 0, 56, 0);
    #[rustfmt::skip]
    let cases = [
        // (header, format, time, where it is seen)
        ("3/18/22, 2:56 PM - ", "whatsapp-android", minute, "en-US"),
        ("3/18/22, 12:56 AM - ", "whatsapp-android", late, "en-US, after midnight"),
        ("3/18/22, 00:56 AM - ", "whatsapp-android", late, "24 h with AM, seen in the wild"),
        ("18/03/2022, 14:56 - ", "whatsapp-android", minute, "en-GB"),
        ("18/3/22, 14:56 - ", "whatsapp-android", minute, "short year"),
        ("18/03/2022, 2:56 pm - ", "whatsapp-android", minute, "en-IN"),
        ("18/03/22, 2:56\u{202F}pm - ", "whatsapp-android", minute, "narrow no-break space, since 2023"),
        ("2022/3/18, 14:56 - ", "whatsapp-android", minute, "year first"),
        ("2022/3/18 下午2:56 - ", "whatsapp-android", minute, "zh"),
        ("2022/03/18 午前0:56 - ", "whatsapp-android", late, "ja"),
        ("2022-03-18, 2:56 p.m. - ", "whatsapp-android", minute, "en-CA"),
        ("18/3/2022 2:56 p. m. - ", "whatsapp-android", minute, "es-MX"),
        ("18/3/2022 2:56 p.\u{A0}m. - ", "whatsapp-android", minute, "es-MX, no-break space inside"),
        ("18.03.22, 14:56 - ", "whatsapp-android", minute, "de"),
        ("18.03.22, 2:56 PM - ", "whatsapp-android", minute, "de, 12 h"),
        ("18.03.22, 2:56 nachm. - ", "whatsapp-android", minute, "de, 12 h, day period"),
        ("18.3.2022, 14:56 - ", "whatsapp-android", minute, "long year"),
        ("18.03.22 14:56 - ", "whatsapp-android", minute, "cs, no comma"),
        ("18.03.2022 г., 14:56 - ", "whatsapp-android", minute, "bg"),
        ("2022. 03. 18. 14:56 - ", "whatsapp-android", minute, "hu"),
        ("18-03-2022 14:56 - ", "whatsapp-android", minute, "nl"),
        ("3/18/22. 2:56 PM - ", "whatsapp-android", minute, "dot for comma"),
        ("3/18/22,2:56 PM - ", "whatsapp-android", minute, "no space"),
        ("3/18/22, 2.56 PM - ", "whatsapp-android", minute, "dotted time"),
        ("18/3/22 14:56 - ", "whatsapp-android", minute, "no comma"),
        ("3/18/22, 2:56:01 PM \u{2013} ", "whatsapp-android", second, "en dash and seconds"),
        ("18/03/2022, 2:56 in the afternoon - ", "whatsapp-android", minute, "day period"),
        ("18/03/2022, 12:56 at night - ", "whatsapp-android", late, "day period"),
        ("2022. 3. 18. 오후 2:56, ", "whatsapp-android", minute, "ko"),
        ("19:23, 28 Nov 2013 - ", "whatsapp-android", at(2013, 11, 28, 19, 23, 0), "very old"),
        ("May 5, 8:11 PM - ", "whatsapp-android", None, "very old, no year"),
        ("18 Jan 12:14 - ", "whatsapp-android", None, "very old, no year"),
        ("[18.03.22, 14:56:01] ", "whatsapp-ios", second, "de"),
        ("\u{200E}[18.03.22, 14:56:01] ", "whatsapp-ios", second, "mark before a media message"),
        ("\u{FEFF}[\u{FEFF}18.03.22, 14:56:01] ", "whatsapp-ios", second, "byte order marks anywhere"),
        ("[3/18/22, 14:56:01] ", "whatsapp-ios", second, "region US"),
        ("[3/18/22 14:56:01] ", "whatsapp-ios", second, "fr, no comma"),
        ("[3/18/22 14.56.01] ", "whatsapp-ios", second, "id"),
        ("[18/03/2022, 14:56:01] ", "whatsapp-ios", second, "en-GB"),
        ("[18/03/2022, 2:56:01 PM] ", "whatsapp-ios", second, "12 h"),
        ("[18/03/2022, 2:56:01\u{202F}PM] ", "whatsapp-ios", second, "since 2023"),
        ("[18/3/2022, 2:56:01 p.m.] ", "whatsapp-ios", second, "es-MX"),
        ("[18.3.2022 klo 14.56.01] ", "whatsapp-ios", second, "fi"),
        ("[14:56:01, 3/18/22] ", "whatsapp-ios", second, "vi"),
        ("[\u{200F}18\u{200F}/3\u{200F}/2022، 14:56:01] ", "whatsapp-ios", second, "ar, Latin digits"),
        ("[١٨\u{200F}/٣\u{200F}/٢٠٢٢، ٢:٥٦:٠١\u{A0}م] ", "whatsapp-ios", second, "ar"),
        ("[۲۰۲۲/۳/۱۸, ۱۴:۵۶:۰۱] ", "whatsapp-ios", second, "Persian digits"),
        ("[3/18/2565 BE, 14:56:01] ", "whatsapp-ios", second, "Buddhist year, named"),
        ("[18/3/2565 14:56:01] ", "whatsapp-ios", second, "th"),
        ("[18/3/65 14:56:01] ", "whatsapp-ios", second, "th, short"),
        ("[3/18/R4, 14:56:01] ", "whatsapp-ios", second, "Japanese era"),
        ("[18/03/2022, 14:56] ", "whatsapp-ios", minute, "no seconds"),
        ("[2022-03-18 14:56] ", "whatsapp-ios", minute, "year first"),
        ("[2:56 PM, 3/18/2022] ", "whatsapp-web", minute, "copied from WhatsApp Web"),
        ("[14:56, 18.3.2022] ", "whatsapp-web", minute, "copied from WhatsApp Web, de"),
        ("18/03/22, 14:56:01: ", "whatsapp-old", second, "iOS before 2016"),
        ("18/03/22, 2:56:01 PM: ", "whatsapp-old", second, "iOS before 2016, 12 h"),
        ("18/03/22 14:56:01: ", "whatsapp-old", second, "iOS before 2016, no comma"),
    ];
    for (header, format, time, why) in cases {
        let text = format!("{header}Anna: hallo\n{header}~\u{202F}Bernd: gut\nund dir?\n");
        let (pages, tally) = read(text.as_bytes(), Sizes::default());
        assert_eq!((tally.format, tally.messages), (format, 2), "{header} ({why})");
        let messages = &pages[0].messages;
        let names: Vec<_> =
            messages.iter().map(|m| &pages[0].text[m.sender_text.clone()]).collect();
        assert_eq!(names, ["Anna", "Bernd"], "{header} ({why})");
        assert_eq!(messages[1].time, time, "{header} ({why})");
        assert_eq!(pages[0].slot_text(&pages[0].slots[3]), "gut\nund dir?", "{header} ({why})");
        check_laws(text.as_bytes(), small(16, 20, 30));
    }
}

#[test]
fn look_alikes_are_no_headers() {
    let cases = [
        ("2/11/19: Arrival", "a date, no time"),
        ("2/11/19, 14:48 Anna: hallo", "nothing between time and name"),
        ("12.03.2024, 10:00 - 11:30 Uhr", "an appointment"),
        ("[28.01.2024, 09:00:00] Max: alt", "another shape"),
        ("39/99/2024, 10:00 - Anna: x", "no date"),
        ("192.168.1.10 - web", "an address"),
        ("12:30 - 13:30 Pause", "times"),
    ];
    for (line, why) in cases {
        let text = format!("29.01.24, 12:24 - Anna: so\n{line}\n29.01.24, 12:25 - Bernd: ok\n");
        let (_, tally) = read(text.as_bytes(), Sizes::default());
        assert_eq!(tally.messages, 2, "{line} ({why})");
    }
}

#[test]
fn a_few_look_alikes_make_no_chat() {
    let mut text = "nur eine Zeile\n".repeat(500);
    text += &"29.01.24, 12:24 - Anna: so\n".repeat(4);
    let (_, tally) = read(text.as_bytes(), Sizes::default());
    assert_eq!((tally.format, tally.messages), ("text", 0));
    let text = format!("29.01.24, 12:24 - Anna: so\n{}", "und so weiter\n".repeat(500));
    let (_, tally) = read(text.as_bytes(), Sizes::default());
    assert_eq!((tally.format, tally.messages), ("whatsapp-android", 1), "it begins with a header");
}

#[test]
fn order_of_day_and_month() {
    let (first, second) = (at(2022, 4, 3, 9, 0, 0), at(2022, 3, 4, 9, 0, 0));
    let cases: [(&[&str], _, _); 6] = [
        (&["03/04/2022", "13/04/2022"], first, "a 13th decides"),
        (&["03/04/2022", "04/13/2022"], second, "a 13th decides"),
        (
            &["03/04/2022", "04/04/2022", "05/04/2022", "01/05/2022", "01/06/2022"],
            first,
            "days run",
        ),
        (
            &["03/04/2022", "03/05/2022", "04/01/2022", "04/02/2022", "05/01/2022"],
            second,
            "days run",
        ),
        (&["03/04/2022", "05/06/2022"], None, "can be read both ways"),
        (&["03.04.2022", "05.06.2022"], first, "dotted dates begin with the day"),
    ];
    for (dates, expected, why) in cases {
        let text: String = dates.iter().map(|date| format!("{date}, 09:00 - A: x\n")).collect();
        let (pages, _) = read(text.as_bytes(), Sizes::default());
        assert_eq!(pages[0].messages[0].time, expected, "{why}");
    }
}

#[test]
fn line_ends_of_ios() {
    use Part::{Body, Sender};
    let text = "[29.01.24, 12:24:03] A: eins\r\n[29.01.24, 12:25:00] B: Zitat:\n\
                [28.01.24, 09:00:00] C: alt\r\n[29.01.24, 12:26:00] A: zwei\r\n";
    assert_rows(
        text,
        &[
            (1, Sender, "A"),
            (1, Body, "eins"),
            (2, Sender, "B"),
            (2, Body, "Zitat:\n[28.01.24, 09:00:00] C: alt"),
            (3, Sender, "A"),
            (3, Body, "zwei"),
        ],
        "a bare LF is inside of a message",
    );
    let (_, tally) = read(text.replace('\r', "").as_bytes(), Sizes::default());
    assert_eq!(tally.messages, 4, "no CRLF, no rule");
}

#[test]
fn senders() {
    let cases = [
        ("+49 151 00000002: x", Some("+49 151 00000002"), "number"),
        ("\u{202A}+40\u{A0}521\u{202C}: x", Some("+40\u{A0}521"), "marks around a number"),
        ("~ Jo: x", Some("Jo"), "unsaved name"),
        ("Carol:", Some("Carol"), "empty text, no space"),
        ("Carol: ", Some("Carol"), "empty text"),
        ("Praxis: Nord: x", Some("Praxis"), "first colon where nothing else is known"),
        ("https://example.org", None, "colon without space"),
        ("Anna hat Bernd hinzugefügt", None, "system line"),
        ("Anna changed the subject to \"Team: Nord\"", None, "colon inside of quotes"),
        ("Anna hat den Betreff zu „Team: Nord“ geändert", None, "the same in German"),
        ("Max „Maxi“ Muster: x", Some("Max „Maxi“ Muster"), "closed quotes in a name"),
        (": x", None, "no name"),
    ];
    for (rest, expected, why) in cases {
        let text = format!("29.01.24, 12:24 - {rest}\n");
        let (pages, _) = read(text.as_bytes(), Sizes::default());
        let message = &pages[0].messages[0];
        let name = &pages[0].text[message.sender_text.clone()];
        assert_eq!((!name.is_empty()).then_some(name), expected, "{rest} ({why})");
        assert_eq!(message.sender.is_some(), expected.is_some(), "{rest} ({why})");
    }
    let header = "29.01.24, 12:24 - ";
    let text = format!(
        "{header}Dr. Maier: Praxis: Termin: 10:00\n{header}Dr. Maier: Praxis: gut\n\
         {header}Anna: Frage: wann\n{header}Anna: danke\n{header}Anna: Frage: wo\n"
    );
    let (pages, _) = read(text.as_bytes(), Sizes::default());
    let names: Vec<_> =
        pages[0].messages.iter().map(|m| &pages[0].text[m.sender_text.clone()]).collect();
    assert_eq!(names, ["Dr. Maier: Praxis", "Dr. Maier: Praxis", "Anna", "Anna", "Anna"]);
    assert_eq!(pages[0].messages[0].sender, pages[0].messages[1].sender);
    assert_ne!(pages[0].messages[0].sender, pages[0].messages[2].sender);
}

#[test]
fn attachments_and_generated_texts() {
    use Part::{Body, Caption, Filename, Other};
    let android = "29.01.24, 12:24 - A: ";
    let ios = "[29.01.24, 12:24:03] A: ";
    type Case = (&'static str, &'static str, &'static [(Part, &'static str)], &'static str);
    let cases: [Case; 15] = [
        (
            android,
            "\u{200E}IMG-1.jpg (Datei angehängt)\nMein Ausweis\nvorn",
            &[
                (Filename, "IMG-1.jpg"),
                (Other, "(Datei angehängt)"),
                (Caption, "Mein Ausweis\nvorn"),
            ],
            "caption on the next lines",
        ),
        (
            android,
            "Anna Muster.vcf (soubor byl přiložen)",
            &[(Filename, "Anna Muster.vcf"), (Other, "(soubor byl přiložen)")],
            "contact",
        ),
        (
            android,
            "IMG-20240129-WA0001.jpg (xyz)",
            &[(Filename, "IMG-20240129-WA0001.jpg"), (Other, "(xyz)")],
            "unknown language, name of a photo",
        ),
        (android, "siehe rechnung.pdf (neu)", &[(Body, "siehe rechnung.pdf (neu)")], "text"),
        (android, "<Medien ausgeschlossen>", &[(Other, "<Medien ausgeschlossen>")], "no media"),
        (android, "<b@example.org>", &[(Body, "<b@example.org>")], "a person wrote it"),
        (
            ios,
            "\u{200E}<attached: 00000003-PHOTO.jpg>",
            &[(Other, "<attached:"), (Filename, "00000003-PHOTO.jpg")],
            "photo",
        ),
        (
            ios,
            "Mein Ausweis \u{200E}<Anhang: 1-PHOTO.jpg>",
            &[(Caption, "Mein Ausweis"), (Other, "<Anhang:"), (Filename, "1-PHOTO.jpg")],
            "caption before",
        ),
        (
            ios,
            "Zeile\nMein Ausweis \u{200E}<Anhang: 1-PHOTO.jpg>",
            &[(Caption, "Zeile\nMein Ausweis"), (Other, "<Anhang:"), (Filename, "1-PHOTO.jpg")],
            "caption of two lines before",
        ),
        (
            ios,
            "\u{200E}<المُرفق: 1-PHOTO.jpg>\nText",
            &[(Other, "<المُرفق:"), (Filename, "1-PHOTO.jpg"), (Caption, "Text")],
            "ar, caption after",
        ),
        (
            ios,
            "Befund.pdf • \u{200E}2 Seiten \u{200E}<Anhang: 4-Befund.pdf>",
            &[
                (Filename, "Befund.pdf"),
                (Other, "• \u{200E}2 Seiten"),
                (Other, "<Anhang:"),
                (Filename, "4-Befund.pdf"),
            ],
            "document",
        ),
        (
            ios,
            "Resume.pdf • \u{200E}2 pages \u{200E}document omitted",
            &[(Filename, "Resume.pdf"), (Other, "• \u{200E}2 pages \u{200E}document omitted")],
            "document left out",
        ),
        (ios, "\u{200E}image omitted", &[(Other, "image omitted")], "generated"),
        (
            ios,
            "\u{200E}Standort: https://maps.google.com/?q=52.5,13.4",
            &[(Body, "\u{200E}Standort: https://maps.google.com/?q=52.5,13.4")],
            "what a person sent",
        ),
        (
            ios,
            "Danke \u{200E}<Diese Nachricht wurde bearbeitet.>",
            &[(Body, "Danke \u{200E}<Diese Nachricht wurde bearbeitet.>")],
            "edited",
        ),
    ];
    for (header, body, expected, why) in cases {
        let text = format!("{header}{body}\n");
        let found: Vec<_> = rows(&text).into_iter().skip(1).map(|row| (row.1, row.2)).collect();
        let expected: Vec<_> =
            expected.iter().map(|(part, text)| (*part, (*text).to_owned())).collect();
        assert_eq!(found, expected, "{body} ({why})");
    }
}

#[test]
fn nothing_is_lost_around_messages() {
    use Part::{Body, Other, Sender};
    assert_rows(
        "\u{FEFF}Export vom Montag\n\n29.01.24, 12:24 - A: ja\n29.01.24, 12:24 - A hat B hinzugefügt\n",
        &[
            (0, Other, "Export vom Montag"),
            (1, Sender, "A"),
            (1, Body, "ja"),
            (2, Other, "A hat B hinzugefügt"),
        ],
        "lines before the first header, system lines",
    );
    assert_rows(
        "Name;IBAN\r\nErika;DE89\r\n",
        &[(0, Other, "Name;IBAN"), (0, Other, "Erika;DE89")],
        "no chat",
    );
    let (_, tally) = read(b"Name;IBAN\n", Sizes::default());
    assert_eq!((tally.format, tally.messages), ("text", 0));
    assert_eq!(tally.notes, ["no chat header recognised"]);
    let (pages, tally) = read(b"", Sizes::default());
    assert_eq!((pages.len(), tally.messages, tally.notes.len()), (0, 0, 0));
}
