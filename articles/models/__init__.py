"""The models of the articles app."""

from articles.models.article import Article, Faq, OldSlug, Source
from articles.models.comment import BlockedSender, Comment, CommentEvent, HelpfulCount
from articles.models.history import ArticleEvent, ArticleSettings, Autosave, Revision
from articles.models.image import Image
from articles.models.search import SearchEntry
from articles.models.topic import Contributor, GlossaryTerm, Page, Topic

__all__ = [
    "Article",
    "ArticleEvent",
    "ArticleSettings",
    "Autosave",
    "BlockedSender",
    "Comment",
    "CommentEvent",
    "Contributor",
    "Faq",
    "GlossaryTerm",
    "HelpfulCount",
    "Image",
    "OldSlug",
    "Page",
    "Revision",
    "SearchEntry",
    "Source",
    "Topic",
]
