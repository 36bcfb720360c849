#pragma once
#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>
// GMime tells kinds apart by macros, which Swift does not see; and its types would bring all of GLib along. So a mail and its
// parts are plain pointers here, and what is handed out is the C library's own memory.

static inline void weibao_mime_begin(void) { g_mime_init(); }

// Headers of old mail programs have raw bytes: in China mostly GB18030, in Taiwan and Hong Kong Big5.
static inline GMimeParserOptions *weibao_mime_options(void) {
  static const char *charsets[] = {"utf-8", "gb18030", "big5", "iso-8859-1", NULL};
  GMimeParserOptions *options = g_mime_parser_options_new();
  g_mime_parser_options_set_fallback_charsets(options, charsets);
  return options;
}

// NULL where it is no mail. Free it with weibao_mime_free.
static inline void *weibao_mime_read(const char *bytes, size_t length) {
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, length);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  GMimeParserOptions *options = weibao_mime_options();
  GMimeMessage *message = g_mime_parser_construct_message(parser, options);
  g_mime_parser_options_free(options);
  g_object_unref(parser);
  g_object_unref(stream);
  return message;
}

static inline void weibao_mime_free(void *message) { g_object_unref(message); }
static inline void weibao_mime_free_text(void *text) { g_free(text); }
static inline void *weibao_mime_body(void *message) { return g_mime_message_get_mime_part((GMimeMessage *) message); }

enum { WEIBAO_MIME_PART, WEIBAO_MIME_MULTIPART, WEIBAO_MIME_MESSAGE };
static inline int weibao_mime_kind(void *object) {
  if (GMIME_IS_MULTIPART(object)) return WEIBAO_MIME_MULTIPART;
  if (GMIME_IS_MESSAGE_PART(object)) return WEIBAO_MIME_MESSAGE;
  return WEIBAO_MIME_PART;
}

static inline int weibao_mime_count(void *multipart) { return g_mime_multipart_get_count((GMimeMultipart *) multipart); }
static inline void *weibao_mime_child(void *multipart, int index) {
  return g_mime_multipart_get_part((GMimeMultipart *) multipart, index);
}

// `text/plain`, in small letters as GMime has it; NULL where there is none.
static inline const char *weibao_mime_type(void *object) {
  GMimeContentType *type = g_mime_object_get_content_type((GMimeObject *) object);
  return type ? g_mime_content_type_get_media_type(type) : NULL;
}
static inline const char *weibao_mime_subtype(void *object) {
  GMimeContentType *type = g_mime_object_get_content_type((GMimeObject *) object);
  return type ? g_mime_content_type_get_media_subtype(type) : NULL;
}
static inline const char *weibao_mime_parameter(void *object, const char *name) {
  return g_mime_object_get_content_type_parameter((GMimeObject *) object, name);
}
static inline const char *weibao_mime_disposition(void *object) { return g_mime_object_get_disposition((GMimeObject *) object); }
static inline const char *weibao_mime_file_name(void *object) {
  return GMIME_IS_PART(object) ? g_mime_part_get_filename((GMimePart *) object) : NULL;
}

static inline int weibao_mime_headers(void *object) {
  return g_mime_header_list_get_count(g_mime_object_get_header_list((GMimeObject *) object));
}
static inline const char *weibao_mime_header_name(void *object, int index) {
  return g_mime_header_get_name(g_mime_header_list_get_header_at(g_mime_object_get_header_list((GMimeObject *) object), index));
}
static inline const char *weibao_mime_header_value(void *object, int index) {
  return g_mime_header_get_raw_value(g_mime_header_list_get_header_at(g_mime_object_get_header_list((GMimeObject *) object), index));
}

// The words of a header, in UTF-8. Free it with weibao_mime_free_text.
static inline char *weibao_mime_words(const char *raw) {
  GMimeParserOptions *options = weibao_mime_options();
  char *words = g_mime_utils_header_decode_text(options, raw);
  g_mime_parser_options_free(options);
  return words;
}

// The first address of a header: its name (or NULL) and its address. Free both with weibao_mime_free_text.
static inline int weibao_mime_address(const char *raw, char **name, char **address) {
  GMimeParserOptions *options = weibao_mime_options();
  InternetAddressList *list = internet_address_list_parse(options, raw);
  int found = 0;
  g_mime_parser_options_free(options);
  if (!list) return 0;
  for (int i = 0; i < internet_address_list_length(list) && !found; i++) {
    InternetAddress *one = internet_address_list_get_address(list, i);
    if (!INTERNET_ADDRESS_IS_MAILBOX(one)) continue;
    *name = g_strdup(internet_address_get_name(one));
    *address = g_strdup(internet_address_mailbox_get_addr((InternetAddressMailbox *) one));
    found = *address != NULL;
    if (!found) { g_free(*name); *name = NULL; }
  }
  g_object_unref(list);
  return found;
}

// The bytes of a part, unpacked. Free them with weibao_mime_free_text.
static inline char *weibao_mime_content(void *object, size_t *length) {
  *length = 0;
  if (!GMIME_IS_PART(object)) return NULL;
  GMimeDataWrapper *content = g_mime_part_get_content((GMimePart *) object);
  if (!content) return NULL;
  GMimeStream *stream = g_mime_stream_mem_new();
  char *bytes = NULL;
  if (g_mime_data_wrapper_write_to_stream(content, stream) >= 0) {
    GByteArray *array = g_mime_stream_mem_get_byte_array((GMimeStreamMem *) stream);
    *length = array->len;
    bytes = (char *) g_malloc(array->len + 1);
    if (array->len) memcpy(bytes, array->data, array->len);
  }
  g_object_unref(stream);
  return bytes;
}

// A mail within a mail, as it came. Free it with weibao_mime_free_text.
static inline char *weibao_mime_whole(void *object, size_t *length) {
  GMimeMessage *message = GMIME_IS_MESSAGE_PART(object) ? g_mime_message_part_get_message((GMimeMessagePart *) object) : NULL;
  *length = 0;
  if (!message) return NULL;
  char *text = g_mime_object_to_string((GMimeObject *) message, NULL);
  if (text) *length = strlen(text);
  return text;
}
