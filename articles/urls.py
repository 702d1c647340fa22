"""The URLs below /articles/. Each view is marked as open to everybody."""

from django.urls import path

from articles.views import feedback, images, lists, pages

urlpatterns = [
    path("", lists.article_list, name="articles"),
    path("topics/<slug:slug>/", lists.topic, name="article-topic"),
    path("feed/", pages.feed, name="article-feed"),
    path("glossary/", pages.glossary_page, name="glossary"),
    path("evidence-policy/", pages.policy, {"slug": "evidence-policy"}, name="evidence-policy"),
    path("comment-policy/", pages.policy, {"slug": "comment-policy"}, name="comment-policy"),
    path("images/<slug:digest>/<int:width>.webp", images.image, name="article-image"),
    path("<slug:slug>/", pages.article, name="article"),
    path("<slug:slug>/comment/", feedback.comment, name="article-comment"),
    path("<slug:slug>/comment/sent/", feedback.comment_sent, name="article-comment-sent"),
    path("<slug:slug>/helpful/", feedback.helpful, name="article-helpful"),
    path("<slug:slug>/helpful/thanks/", feedback.helpful_thanks, name="article-helpful-thanks"),
]
