// django/conf/global_settings.py: what every setting is when the project says nothing about it.
//
// In Django's order, with Python's types, because diffsettings prints both. Translated texts are their English originals.
#include "django/conf/global_settings.h"

#include "django/conf/__init__.h"


namespace django::conf {
namespace {

using python::Dict;
using python::List;
using python::Tuple;
using python::Value;

const Value None;

// The languages that Django itself is translated into, by code.
constexpr std::pair<const char*, const char*> language_names[] = {
    {"af", "Afrikaans"}, {"ar", "Arabic"}, {"ar-dz", "Algerian Arabic"}, {"ast", "Asturian"}, {"az", "Azerbaijani"},
    {"bg", "Bulgarian"}, {"be", "Belarusian"}, {"bn", "Bengali"}, {"br", "Breton"}, {"bs", "Bosnian"},
    {"ca", "Catalan"}, {"ckb", "Central Kurdish (Sorani)"}, {"cs", "Czech"}, {"cy", "Welsh"}, {"da", "Danish"},
    {"de", "German"}, {"dsb", "Lower Sorbian"}, {"el", "Greek"}, {"en", "English"}, {"en-au", "Australian English"},
    {"en-gb", "British English"}, {"eo", "Esperanto"}, {"es", "Spanish"}, {"es-ar", "Argentinian Spanish"},
    {"es-co", "Colombian Spanish"}, {"es-mx", "Mexican Spanish"}, {"es-ni", "Nicaraguan Spanish"},
    {"es-ve", "Venezuelan Spanish"}, {"et", "Estonian"}, {"eu", "Basque"}, {"fa", "Persian"}, {"fi", "Finnish"},
    {"fr", "French"}, {"fy", "Frisian"}, {"ga", "Irish"}, {"gd", "Scottish Gaelic"}, {"gl", "Galician"},
    {"he", "Hebrew"}, {"hi", "Hindi"}, {"hr", "Croatian"}, {"hsb", "Upper Sorbian"}, {"hu", "Hungarian"},
    {"hy", "Armenian"}, {"ia", "Interlingua"}, {"id", "Indonesian"}, {"ig", "Igbo"}, {"io", "Ido"},
    {"is", "Icelandic"}, {"it", "Italian"}, {"ja", "Japanese"}, {"ka", "Georgian"}, {"kab", "Kabyle"},
    {"kk", "Kazakh"}, {"km", "Khmer"}, {"kn", "Kannada"}, {"ko", "Korean"}, {"ky", "Kyrgyz"}, {"lb", "Luxembourgish"},
    {"lt", "Lithuanian"}, {"lv", "Latvian"}, {"mk", "Macedonian"}, {"ml", "Malayalam"}, {"mn", "Mongolian"},
    {"mr", "Marathi"}, {"ms", "Malay"}, {"my", "Burmese"}, {"nb", "Norwegian Bokmål"}, {"ne", "Nepali"},
    {"nl", "Dutch"}, {"nn", "Norwegian Nynorsk"}, {"os", "Ossetic"}, {"pa", "Punjabi"}, {"pl", "Polish"},
    {"pt", "Portuguese"}, {"pt-br", "Brazilian Portuguese"}, {"ro", "Romanian"}, {"ru", "Russian"}, {"sk", "Slovak"},
    {"sl", "Slovenian"}, {"sq", "Albanian"}, {"sr", "Serbian"}, {"sr-latn", "Serbian Latin"}, {"sv", "Swedish"},
    {"sw", "Swahili"}, {"ta", "Tamil"}, {"te", "Telugu"}, {"tg", "Tajik"}, {"th", "Thai"}, {"tk", "Turkmen"},
    {"tr", "Turkish"}, {"tt", "Tatar"}, {"udm", "Udmurt"}, {"ug", "Uyghur"}, {"uk", "Ukrainian"}, {"ur", "Urdu"},
    {"uz", "Uzbek"}, {"vi", "Vietnamese"}, {"zh-hans", "Simplified Chinese"}, {"zh-hant", "Traditional Chinese"}};

List languages() {
  List list;
  for (const auto& [code, name] : language_names) list.push_back(Tuple{{code, name}});
  return list;
}

}  // namespace

const Dict& global_settings() {
  static const Dict settings = {
      // core
      {"DEBUG", false},
      {"DEBUG_PROPAGATE_EXCEPTIONS", false},
      {"ADMINS", List{}},
      {"INTERNAL_IPS", List{}},
      {"ALLOWED_HOSTS", List{}},
      {"TIME_ZONE", "America/Chicago"},
      {"USE_TZ", true},
      {"LANGUAGE_CODE", "en-us"},
      {"LANGUAGES", languages()},
      {"LANGUAGES_BIDI", List{"he", "ar", "ar-dz", "ckb", "fa", "ug", "ur"}},
      {"USE_I18N", true},
      {"LOCALE_PATHS", List{}},
      {"LANGUAGE_COOKIE_NAME", "django_language"},
      {"LANGUAGE_COOKIE_AGE", None},
      {"LANGUAGE_COOKIE_DOMAIN", None},
      {"LANGUAGE_COOKIE_PATH", "/"},
      {"LANGUAGE_COOKIE_SECURE", false},
      {"LANGUAGE_COOKIE_HTTPONLY", false},
      {"LANGUAGE_COOKIE_SAMESITE", None},
      {"MANAGERS", List{}},
      {"DEFAULT_CHARSET", "utf-8"},
      {"SERVER_EMAIL", "root@localhost"},
      {"DATABASES", Dict{}},
      {"DATABASE_ROUTERS", List{}},
      {"EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend"},
      {"EMAIL_HOST", "localhost"},
      {"EMAIL_PORT", 25},
      {"EMAIL_USE_LOCALTIME", false},
      {"EMAIL_HOST_USER", ""},
      {"EMAIL_HOST_PASSWORD", ""},
      {"EMAIL_USE_TLS", false},
      {"EMAIL_USE_SSL", false},
      {"EMAIL_SSL_CERTFILE", None},
      {"EMAIL_SSL_KEYFILE", None},
      {"EMAIL_TIMEOUT", None},
      {"INSTALLED_APPS", List{}},
      {"TEMPLATES", List{}},
      {"FORM_RENDERER", "django.forms.renderers.DjangoTemplates"},
      {"FORMS_URLFIELD_ASSUME_HTTPS", false},
      {"DEFAULT_FROM_EMAIL", "webmaster@localhost"},
      {"EMAIL_SUBJECT_PREFIX", "[Django] "},
      {"APPEND_SLASH", true},
      {"PREPEND_WWW", false},
      {"FORCE_SCRIPT_NAME", None},
      {"DISALLOWED_USER_AGENTS", List{}},
      {"ABSOLUTE_URL_OVERRIDES", Dict{}},
      {"IGNORABLE_404_URLS", List{}},
      {"SECRET_KEY", ""},
      {"SECRET_KEY_FALLBACKS", List{}},
      {"STORAGES", Dict{
        {"default", Dict{{"BACKEND", "django.core.files.storage.FileSystemStorage"}}},
        {"staticfiles", Dict{{"BACKEND", "django.contrib.staticfiles.storage.StaticFilesStorage"}}}}},
      {"MEDIA_ROOT", ""},
      {"MEDIA_URL", ""},
      {"STATIC_ROOT", None},
      {"STATIC_URL", None},
      {"FILE_UPLOAD_HANDLERS", List{
        "django.core.files.uploadhandler.MemoryFileUploadHandler",
        "django.core.files.uploadhandler.TemporaryFileUploadHandler"}},
      {"FILE_UPLOAD_MAX_MEMORY_SIZE", 2621440},  // 2.5 MB
      {"DATA_UPLOAD_MAX_MEMORY_SIZE", 2621440},  // 2.5 MB
      {"DATA_UPLOAD_MAX_NUMBER_FIELDS", 1000},
      {"DATA_UPLOAD_MAX_NUMBER_FILES", 100},
      {"FILE_UPLOAD_TEMP_DIR", None},
      {"FILE_UPLOAD_PERMISSIONS", 0644},
      {"FILE_UPLOAD_DIRECTORY_PERMISSIONS", None},
      {"FORMAT_MODULE_PATH", None},
      {"DATE_FORMAT", "N j, Y"},
      {"DATETIME_FORMAT", "N j, Y, P"},
      {"TIME_FORMAT", "P"},
      {"YEAR_MONTH_FORMAT", "F Y"},
      {"MONTH_DAY_FORMAT", "F j"},
      {"SHORT_DATE_FORMAT", "m/d/Y"},
      {"SHORT_DATETIME_FORMAT", "m/d/Y P"},
      {"DATE_INPUT_FORMATS", List{
        "%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%b %d %Y", "%b %d, %Y", "%d %b %Y", "%d %b, %Y", "%B %d %Y", "%B %d, %Y",
        "%d %B %Y", "%d %B, %Y"}},
      {"TIME_INPUT_FORMATS", List{"%H:%M:%S", "%H:%M:%S.%f", "%H:%M"}},
      {"DATETIME_INPUT_FORMATS", List{
        "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S.%f",
        "%m/%d/%Y %H:%M", "%m/%d/%y %H:%M:%S", "%m/%d/%y %H:%M:%S.%f", "%m/%d/%y %H:%M"}},
      {"FIRST_DAY_OF_WEEK", 0},
      {"DECIMAL_SEPARATOR", "."},
      {"USE_THOUSAND_SEPARATOR", false},
      {"NUMBER_GROUPING", 0},
      {"THOUSAND_SEPARATOR", ","},
      {"DEFAULT_TABLESPACE", ""},
      {"DEFAULT_INDEX_TABLESPACE", ""},
      {"DEFAULT_AUTO_FIELD", "django.db.models.AutoField"},
      {"X_FRAME_OPTIONS", "DENY"},
      {"USE_X_FORWARDED_HOST", false},
      {"USE_X_FORWARDED_PORT", false},
      {"WSGI_APPLICATION", None},
      {"SECURE_PROXY_SSL_HEADER", None},

      // middleware
      {"MIDDLEWARE", List{}},

      // sessions
      {"SESSION_CACHE_ALIAS", "default"},
      {"SESSION_COOKIE_NAME", "sessionid"},
      {"SESSION_COOKIE_AGE", 1209600},  // seconds: two weeks
      {"SESSION_COOKIE_DOMAIN", None},
      {"SESSION_COOKIE_SECURE", false},
      {"SESSION_COOKIE_PATH", "/"},
      {"SESSION_COOKIE_HTTPONLY", true},
      {"SESSION_COOKIE_SAMESITE", "Lax"},
      {"SESSION_SAVE_EVERY_REQUEST", false},
      {"SESSION_EXPIRE_AT_BROWSER_CLOSE", false},
      {"SESSION_ENGINE", "django.contrib.sessions.backends.db"},
      {"SESSION_FILE_PATH", None},
      {"SESSION_SERIALIZER", "django.contrib.sessions.serializers.JSONSerializer"},

      // cache
      {"CACHES", Dict{{"default", Dict{{"BACKEND", "django.core.cache.backends.locmem.LocMemCache"}}}}},
      {"CACHE_MIDDLEWARE_KEY_PREFIX", ""},
      {"CACHE_MIDDLEWARE_SECONDS", 600},
      {"CACHE_MIDDLEWARE_ALIAS", "default"},

      // authentication
      {"AUTH_USER_MODEL", "auth.User"},
      {"AUTHENTICATION_BACKENDS", List{"django.contrib.auth.backends.ModelBackend"}},
      {"LOGIN_URL", "/accounts/login/"},
      {"LOGIN_REDIRECT_URL", "/accounts/profile/"},
      {"LOGOUT_REDIRECT_URL", None},
      {"PASSWORD_RESET_TIMEOUT", 259200},  // seconds: three days
      {"PASSWORD_HASHERS", List{
        "django.contrib.auth.hashers.PBKDF2PasswordHasher", "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
        "django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
        "django.contrib.auth.hashers.ScryptPasswordHasher"}},
      {"AUTH_PASSWORD_VALIDATORS", List{}},

      // signing
      {"SIGNING_BACKEND", "django.core.signing.TimestampSigner"},

      // cross-site request forgery
      {"CSRF_FAILURE_VIEW", "django.views.csrf.csrf_failure"},
      {"CSRF_COOKIE_NAME", "csrftoken"},
      {"CSRF_COOKIE_AGE", 31449600},  // seconds: a year
      {"CSRF_COOKIE_DOMAIN", None},
      {"CSRF_COOKIE_PATH", "/"},
      {"CSRF_COOKIE_SECURE", false},
      {"CSRF_COOKIE_HTTPONLY", false},
      {"CSRF_COOKIE_SAMESITE", "Lax"},
      {"CSRF_HEADER_NAME", "HTTP_X_CSRFTOKEN"},
      {"CSRF_TRUSTED_ORIGINS", List{}},
      {"CSRF_USE_SESSIONS", false},

      // messages
      {"MESSAGE_STORAGE", "django.contrib.messages.storage.fallback.FallbackStorage"},

      // logging
      {"LOGGING_CONFIG", "logging.config.dictConfig"},
      {"LOGGING", Dict{}},
      {"DEFAULT_EXCEPTION_REPORTER", "django.views.debug.ExceptionReporter"},
      {"DEFAULT_EXCEPTION_REPORTER_FILTER", "django.views.debug.SafeExceptionReporterFilter"},

      // testing
      {"TEST_RUNNER", "django.test.runner.DiscoverRunner"},
      {"TEST_NON_SERIALIZED_APPS", List{}},

      // fixtures
      {"FIXTURE_DIRS", List{}},

      // static files
      {"STATICFILES_DIRS", List{}},
      {"STATICFILES_FINDERS", List{
        "django.contrib.staticfiles.finders.FileSystemFinder",
        "django.contrib.staticfiles.finders.AppDirectoriesFinder"}},

      // migrations
      {"MIGRATION_MODULES", Dict{}},

      // system checks
      {"SILENCED_SYSTEM_CHECKS", List{}},

      // security middleware
      {"SECURE_CONTENT_TYPE_NOSNIFF", true},
      {"SECURE_CROSS_ORIGIN_OPENER_POLICY", "same-origin"},
      {"SECURE_HSTS_INCLUDE_SUBDOMAINS", false},
      {"SECURE_HSTS_PRELOAD", false},
      {"SECURE_HSTS_SECONDS", 0},
      {"SECURE_REDIRECT_EXEMPT", List{}},
      {"SECURE_REFERRER_POLICY", "same-origin"},
      {"SECURE_SSL_HOST", None},
      {"SECURE_SSL_REDIRECT", false},
  };
  return settings;
}

void exec_global_settings(python::importlib::Module& module) {
  for (const auto& [setting, value] : global_settings()) module.set(setting, value);
}

}  // namespace django::conf
