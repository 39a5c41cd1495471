//! Tables of WhatsApp on Android and iOS: which hold messages, and what columns mean.
//!
//! Nothing depends on this list for being read: what is not in it is read as well, without a name for
//! what it is. Names: public schema dumps of Android 2014 to 2026, readers of iOS backups.

use crate::model::Part;

/// A table of messages.
#[derive(Debug)]
pub(super) struct Talk {
    pub(super) table: &'static str,
    pub(super) id: &'static str,
    pub(super) body: &'static str,
    pub(super) chat: Chat,
    pub(super) time: &'static str,
    pub(super) clock: Clock,
    pub(super) from_me: &'static str,
    /// Who wrote it, in a group.
    pub(super) sender: &'static str,
}

/// Where the chat of a message stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Chat {
    /// In this column of the message.
    Text(&'static str),
    /// This column of the message is the parameter of a query for it.
    Row(&'static str, &'static str),
}

/// What a number says about time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// Milliseconds since 1970.
    Unix,
    /// Seconds since 2001.
    Apple,
}

/// Tables of messages.
pub(super) const TALKS: &[Talk] = &[
    Talk {
        table: "message",
        id: "_id",
        body: "text_data",
        chat: Chat::Row(
            "chat_row_id",
            "SELECT jid.raw_string FROM chat JOIN jid ON jid._id = chat.jid_row_id WHERE chat._id = ?1",
        ),
        time: "timestamp",
        clock: Clock::Unix,
        from_me: "from_me",
        sender: "sender_jid_row_id",
    },
    Talk {
        table: "messages",
        id: "_id",
        body: "data",
        chat: Chat::Text("key_remote_jid"),
        time: "timestamp",
        clock: Clock::Unix,
        from_me: "key_from_me",
        sender: "remote_resource",
    },
    Talk {
        table: "ZWAMESSAGE",
        id: "Z_PK",
        body: "ZTEXT",
        chat: Chat::Row("ZCHATSESSION", "SELECT ZCONTACTJID FROM ZWACHATSESSION WHERE Z_PK = ?1"),
        time: "ZMESSAGEDATE",
        clock: Clock::Apple,
        from_me: "ZISFROMME",
        sender: "ZGROUPMEMBER",
    },
];

/// Columns of other tables that lead to a message, by the table of messages.
pub(super) fn link(talk: &str, table: &str, column: &str) -> bool {
    match talk {
        "message" => {
            column == "message_row_id" || column == "docid" && table == "message_ftsv2_content"
        }
        "messages" => column == "docid" && table == "messages_fts_content",
        "ZWAMESSAGE" => column == "ZMESSAGE",
        _ => false,
    }
}

/// Whether a column of a search table holds the texts of messages once more, in lower case.
pub(super) fn is_search_text(table: &str, column: &str) -> bool {
    matches!(
        (table, column),
        ("message_ftsv2_content", "c0content") | ("messages_fts_content", "c0content")
    )
}

/// Tables that only databases of WhatsApp have, beside those of messages: their columns explain
/// themselves.
pub(super) const OURS: &[&str] = &["wa_contacts", "ZWAADDRESSBOOKCONTACT", "ZWACDCALLEVENT"];

/// Random identifiers, hashes and keys: no text that a person wrote.
const IDENTIFIERS: &[&str] = &[
    "key_id",
    "parent_message_key_id",
    "participant_hash",
    "media_hash",
    "enc_file_hash",
    "file_hash",
    "original_file_hash",
    "media_enc_hash",
    "media_key",
    "message_secret",
    "ZSTANZAID",
    "ZPHASH",
    "ZMEDIAKEY",
];

/// Whether a column holds nothing but identifiers that a program made up.
pub(super) fn is_identifier(column: &str) -> bool {
    IDENTIFIERS.contains(&column)
}

/// What kind of text a column of a known database holds; `None`: any.
pub(super) fn part(table: &str, column: &str) -> Option<Part> {
    Some(match (table, column) {
        ("message", "text_data") | ("messages", "data") | ("ZWAMESSAGE", "ZTEXT") => Part::Body,
        ("messages", "media_caption") => Part::Caption,
        (_, "media_name" | "file_path" | "thumb_image" | "ZMEDIALOCALPATH" | "ZXMPPTHUMBPATH") => {
            Part::Filename
        }
        ("wa_contacts", "display_name" | "given_name" | "family_name" | "wa_name" | "nickname")
        | ("lid_display_name", "display_name")
        | ("wa_vnames", "verified_name")
        | (_, "ZPARTNERNAME" | "ZPUSHNAME" | "ZCONTACTNAME" | "ZFIRSTNAME" | "ZFULLNAME") => {
            Part::Sender
        }
        _ => return None,
    })
}

/// Whether a cell addresses a chat, account or device: `4915112345678@s.whatsapp.net`.
pub(super) fn is_address(text: &str) -> bool {
    let Some((user, server)) = text.rsplit_once('@') else { return false };
    matches!(
        server,
        "s.whatsapp.net" | "c.us" | "g.us" | "lid" | "broadcast" | "newsletter" | "call" | "bot"
    ) && user.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

/// Whether a text is a phone number without signs.
pub(super) fn is_number(text: &str) -> bool {
    (7..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is the name of an old group: the number of who made it, and when.
pub(super) fn is_group(text: &str) -> bool {
    text.split_once('-').is_some_and(|(user, time)| is_number(user) && is_number(time))
}

/// Whether an address begins with the number of an account.
pub(super) fn is_account(text: &str) -> bool {
    match text.rsplit_once('@') {
        Some((user, "s.whatsapp.net" | "c.us")) => is_number(user),
        Some((user, "g.us")) => is_group(user),
        _ => false,
    }
}

/// Tables of indices for search: tokens of texts that stand elsewhere, made anew in copies.
pub(super) fn is_index(table: &str, virtuals: &[(String, String)]) -> bool {
    const ENDINGS: &[&str] =
        &["_segments", "_segdir", "_docsize", "_stat", "_data", "_idx", "_config"];
    virtuals.iter().any(|(name, sql)| {
        let is_search = sql.to_ascii_lowercase().contains("using fts");
        let rest = table.strip_prefix(name.as_str());
        is_search && rest.is_some_and(|ending| ENDINGS.contains(&ending))
    })
}

/// Whether the name of a column says that its numbers are values of people.
pub(in crate::format) fn is_telling(words: &str) -> bool {
    const TELLING: &[&str] = &[
        "phone",
        "telefon",
        "mobil",
        "handy",
        "fax",
        "msisdn",
        "iban",
        "konto",
        "account",
        "card",
        "karte",
        "steuer",
        "tax",
        "versicherung",
        "insurance",
        "ausweis",
        "passport",
        "personal",
        "kunde",
        "customer",
        "patient",
        "pin",
        "ssn",
        "bsn",
        "nummer",
    ];
    TELLING.iter().any(|telling| words.contains(telling)) && !words.ends_with(" id")
}

/// Whether the name of a column says nothing of what stands in it.
pub(in crate::format) fn is_plain(words: &str) -> bool {
    const PLAIN: &[&str] =
        &["text", "body", "content", "message", "value", "data", "note", "notes"];
    PLAIN.contains(&words) || words.starts_with("c0") || words.is_empty()
}
