//! What names of members and columns say: who wrote what when. Cloud API and on-premise webhooks, KnugiHK's
//! WhatsApp-Chat-Exporter, stores of bots, exports of helpdesks. Unknown names are cells.

use crate::model::{Direction, LocalTime};

/// What a member is for a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// What a person wrote.
    Body,
    Caption,
    Filename,
    /// Who wrote it.
    Sender,
    /// Somebody who takes part.
    Participant,
    /// Name of who takes part, where the object around it says so.
    Name,
    Time,
    Direction,
    /// `true`: written by the owner.
    FromMe,
    /// Written by the owner to somebody.
    To,
    Cell,
}

/// The role of a member of this name.
pub(crate) fn of(key: &str) -> Role {
    let plain: String =
        key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    match plain.as_str() {
        "body" | "text" | "message" | "content" | "conversation" | "data" | "quoteddata"
        | "messagetext" | "messagebody" | "nachricht" | "plaintext" => Role::Body,
        "caption" => Role::Caption,
        "filename" | "attachment" | "attachmentname" => Role::Filename,
        "from" | "sender" | "author" | "remotejid" | "participant" | "sendername" | "absender"
        | "contactname" | "customername" => Role::Sender,
        "waid" | "recipientid" | "displayphonenumber" | "pushname" | "profilename" => {
            Role::Participant
        }
        "to" | "recipient" => Role::To,
        "name" => Role::Name,
        "timestamp" | "time" | "date" | "createdat" | "sentat" | "messagetimestamp" | "datum"
        | "zeit" | "zeitstempel" | "messagedate" => Role::Time,
        "direction" | "richtung" => Role::Direction,
        "fromme" | "isfromme" => Role::FromMe,
        _ => Role::Cell,
    }
}

/// Lists of messages and of what else takes part in an event.
pub(crate) fn is_list_of_messages(key: &str) -> bool {
    matches!(key, "messages" | "Messages")
}

/// Parts of an event around its messages, which are no records of their own.
pub(crate) fn is_envelope(key: &str) -> bool {
    matches!(key, "entry" | "changes" | "contacts" | "statuses" | "parameters" | "components")
}

/// What the start of a document tells about who wrote it.
pub(crate) fn format(head: &str) -> &'static str {
    let is_event = head.contains("\"wa_id\"") && head.contains("\"messages\"");
    if is_event
        || head.contains("\"messaging_product\"")
        || head.contains("\"whatsapp_business_account\"")
    {
        "whatsapp-webhook"
    } else if head.contains("\"from_me\"") && head.contains("\"key_id\"") {
        "whatsapp-exporter"
    } else {
        "json"
    }
}

/// A direction as programs write it.
pub(crate) fn direction(text: &str) -> Direction {
    match text.to_ascii_lowercase().as_str() {
        "in" | "inbound" | "incoming" | "received" | "eingehend" => Direction::In,
        "out" | "outbound" | "outgoing" | "sent" | "ausgehend" => Direction::Out,
        _ => Direction::Unknown,
    }
}

/// Whether a text looks like the number or address of an account.
pub(crate) fn is_account(text: &str) -> bool {
    let text = text.strip_prefix("whatsapp:").unwrap_or(text);
    let number = text.split('@').next().unwrap_or_default();
    let digits = number.chars().filter(char::is_ascii_digit).count();
    (7..=20).contains(&digits)
        && number.chars().all(|c| c.is_ascii_digit() || "+ ()-/:".contains(c))
}

/// Whether a name of a member is itself data: it holds an address or a number.
pub(crate) fn is_data(key: &str) -> bool {
    key.contains('@') || key.chars().filter(char::is_ascii_digit).count() >= 5 || key.len() > 64
}

/// A time: seconds or milliseconds since 1970 (as UTC), ISO 8601, or day.month.year.
pub(crate) fn time(text: &str) -> Option<LocalTime> {
    let number = text.split('.').next().unwrap_or_default();
    let at = match number.len() {
        10 => number.parse::<i64>().ok(),
        13 => number.parse::<i64>().ok().map(|it| it / 1000),
        _ => None,
    };
    let at = match at.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()) {
        Some(at) => jiff::tz::Offset::UTC.to_datetime(at),
        None => civil(text)?,
    };
    Some(LocalTime {
        year: at.year(),
        month: at.month().unsigned_abs(),
        day: at.day().unsigned_abs(),
        hour: at.hour().unsigned_abs(),
        minute: at.minute().unsigned_abs(),
        second: at.second().unsigned_abs(),
    })
}

fn civil(text: &str) -> Option<jiff::civil::DateTime> {
    if let Some(Ok(time)) = text.get(..19).map(str::parse) {
        return Some(time);
    }
    let numbers: Vec<i16> =
        text.split(|c: char| !c.is_ascii_digit()).map_while(|it| it.parse().ok()).collect();
    let small = |at: usize| numbers.get(at).map_or(Some(0), |it| i8::try_from(*it).ok());
    let year = *numbers.get(2).filter(|year| **year >= 2000 && text.contains('.'))?;
    let [day, month, hour, minute, second] = [0, 1, 3, 4, 5].map(small);
    jiff::civil::DateTime::new(year, month?, day?, hour?, minute?, second?, 0).ok()
}
