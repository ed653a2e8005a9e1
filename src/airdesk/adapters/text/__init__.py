"""What people write: cut into words, and found again."""

from airdesk.adapters.text.found_words import SearchedWord, found_marks, searched_words, snippet
from airdesk.adapters.text.segmenter import JiebaSegmenter

__all__ = ["JiebaSegmenter", "SearchedWord", "found_marks", "searched_words", "snippet"]
