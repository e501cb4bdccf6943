//! Files with settings: the configuration file, and files that hold one secret each.

use std::collections::BTreeMap;
use std::path::Path;

use super::setting_list::SETTINGS;

/// The values of all files, and what is wrong with the files.
#[derive(Default)]
pub(super) struct SettingFiles {
    pub(super) values: BTreeMap<String, String>,
    /// Errors in every profile.
    pub(super) errors: Vec<String>,
    /// Files that other users can read, which production refuses.
    pub(super) exposed: Vec<String>,
}

impl SettingFiles {
    /// Reads the configuration file, and then the files of secrets. Both the environment and the
    /// configuration file can name these: `smtp_url_file` is the path of a file that contains
    /// `smtp_url`. Values of the environment take precedence over the configuration file.
    pub(super) fn read(mut environment: BTreeMap<String, String>) -> Self {
        let mut files = Self::default();
        if let Some(path) = environment.remove("config").filter(|path| !path.trim().is_empty()) {
            match files.text(&path).and_then(|text| file_values(&text)) {
                Ok(values) => files.values = values,
                Err(error) => files.errors.push(format!("{path}: {error}")),
            }
        }
        for name in SETTINGS.iter().filter_map(|setting| setting.file_name()) {
            // Each source replaces both names, so that only one source can contradict itself.
            if let Some(setting) = name.strip_suffix("_file")
                && (environment.contains_key(&name) || environment.contains_key(setting))
            {
                files.values.remove(&name);
                files.values.remove(setting);
            }
        }
        files.values.extend(environment);
        for name in SETTINGS.iter().filter_map(|setting| setting.file_name()) {
            files.read_secret(&name);
        }
        files
    }

    fn read_secret(&mut self, name: &str) {
        let Some(setting) = name.strip_suffix("_file") else { return };
        let Some(path) = self.values.remove(name).filter(|path| !path.trim().is_empty()) else { return };
        if self.values.get(setting).is_some_and(|value| !value.trim().is_empty()) {
            self.errors.push(format!("{setting}: give either {setting} or {name}"));
            return;
        }
        match self.text(&path) {
            Ok(text) if text.trim().is_empty() => self.errors.push(format!("{name}: {path} is empty")),
            Ok(text) => drop(self.values.insert(setting.to_owned(), text.trim().to_owned())),
            Err(error) => self.errors.push(format!("{name}: {path}: {error}")),
        }
    }

    fn text(&mut self, path: &str) -> Result<String, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        if others_may_read(Path::new(path)).map_err(|error| error.to_string())? {
            self.exposed.push(format!("{path}: others may read it; chmod 640"));
        }
        Ok(text)
    }
}

/// Whether users outside the file's group can access it.
fn others_may_read(path: &Path) -> std::io::Result<bool> {
    let metadata = std::fs::metadata(path)?;
    #[cfg(unix)]
    return Ok(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o007 != 0);
    #[cfg(not(unix))]
    {
        let _unused = metadata;
        Ok(false)
    }
}

/// Reads the keys of the file in the form of environment values.
fn file_values(text: &str) -> Result<BTreeMap<String, String>, String> {
    let table: toml::Table = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    table
        .into_iter()
        .map(|(key, value)| {
            let text = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Boolean(boolean) => boolean.to_string(),
                toml::Value::Array(items) => items
                    .iter()
                    .map(|item| item.as_str().map(str::to_owned))
                    .collect::<Option<Vec<_>>>()
                    .ok_or_else(|| format!("{key}: expected a list of texts"))?
                    .join(","),
                _ => {
                    return Err(format!(
                        "{key}: expected a text, a number, true or false, or a list of texts"
                    ));
                }
            };
            Ok((key, text))
        })
        .collect()
}
