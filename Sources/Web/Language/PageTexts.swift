/// The words of the pages, `key = text` a line, one catalogue a language. A test fails on a key that one of them lacks.
enum PageTexts {}
