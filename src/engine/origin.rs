//! Which device and app an input comes from, as far as its path tells.

use std::path::Path;

use super::Options;
use super::mentions::Mentions;
use super::names::masked;
use crate::format::ios;

/// Device and app of an input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Origin {
    /// What the user calls the device, else the folder of a backup or phone; masked.
    pub(super) device: Option<String>,
    /// `whatsapp` or `whatsapp-business`.
    pub(super) app: Option<&'static str>,
}

/// Folders at the root of a phone's storage, or of what was taken from there.
const ROOTS: &[&str] = &[
    "Android",
    "WhatsApp",
    "WhatsApp Business",
    "com.whatsapp",
    "com.whatsapp.w4b",
    "data",
    "emulated",
    "media",
    "sdcard",
    "storage",
];

impl Origin {
    /// Of the input at `path`; `label`: what the manifest of a backup says of it.
    pub(super) fn of(
        options: &Options<'_>,
        people: &Mentions,
        path: &Path,
        label: Option<&str>,
    ) -> Self {
        let device = options
            .device_tag
            .clone()
            .or_else(|| device(path, label.is_some()).map(|name| masked(options, people, &name)));
        Self { device, app: app(path, label) }
    }
}

fn device(path: &Path, is_in_backup: bool) -> Option<String> {
    let names: Vec<String> =
        path.parent()?.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if is_in_backup {
        // Files of a backup lie in folders named by the beginning of their own name.
        return names.iter().rev().nth(1).cloned();
    }
    if path.file_name().is_some_and(|name| name == ios::NAME) {
        return names.last().cloned();
    }
    let root = names.iter().position(|name| ROOTS.contains(&name.as_str()))?;
    names[..root].last().filter(|name| name.as_str() != "/").cloned()
}

fn app(path: &Path, label: Option<&str>) -> Option<&'static str> {
    let text = match label {
        Some(label) => label.to_lowercase(),
        None => path.to_string_lossy().to_lowercase(),
    };
    let has = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
    if has(&["com.whatsapp.w4b", "whatsapp business", "whatsappsmb"]) {
        Some("whatsapp-business")
    } else if has(&["whatsapp", "msgstore", "chatstorage", "/wa.db"]) {
        Some("whatsapp")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_paths_tell() {
        let hash = "b/INV-1/7c/7c7fba66680ef796b916b067077cc246adacf01d";
        let smb = Some("AppDomainGroup-group.net.whatsapp.WhatsAppSMB.shared/ChatStorage.sqlite");
        let cases = [
            // (path, label, device, app, why)
            (
                "phones/INV-4/Android/media/com.whatsapp.w4b/WhatsApp Business/Databases/msgstore.db",
                None,
                Some("INV-4"),
                Some("whatsapp-business"),
                "as it lies on a phone",
            ),
            (
                "INV-5/WhatsApp/Databases/msgstore.db.crypt15",
                None,
                Some("INV-5"),
                Some("whatsapp"),
                "older",
            ),
            ("/sdcard/WhatsApp/x.txt", None, None, Some("whatsapp"), "the phone itself"),
            (hash, smb, Some("INV-1"), Some("whatsapp-business"), "an iOS backup"),
            ("b/INV-1/Manifest.db", None, Some("INV-1"), None, "its list"),
            ("share/WhatsApp Chat mit Erika.txt", None, None, Some("whatsapp"), "an export"),
            ("share/notes.txt", None, None, None, "nothing is known"),
        ];
        for (path, label, device_, app_, why) in cases {
            let path = Path::new(path);
            assert_eq!(device(path, label.is_some()).as_deref(), device_, "{why}");
            assert_eq!(app(path, label), app_, "{why}");
        }
    }
}
