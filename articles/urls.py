"""Everything below /articles/. Open to all, each view by itself."""

from django.urls import path

from articles.views import answering, finding, pictures, reading

urlpatterns = [
    path("", finding.index, name="articles"),
    path("topics/<slug:slug>/", finding.topic, name="article-topic"),
    path("feed/", reading.feed, name="article-feed"),
    path("glossary/", reading.words, name="glossary"),
    path("evidence-policy/", reading.policy, {"slug": "evidence-policy"}, name="evidence-policy"),
    path("comment-policy/", reading.policy, {"slug": "comment-policy"}, name="comment-policy"),
    path("images/<slug:digest>/<int:width>.webp", pictures.image, name="article-image"),
    path("<slug:slug>/", reading.article, name="article"),
    path("<slug:slug>/comment/", answering.comment, name="article-comment"),
    path("<slug:slug>/comment/sent/", answering.comment_sent, name="article-comment-sent"),
    path("<slug:slug>/helpful/", answering.helpful, name="article-helpful"),
    path("<slug:slug>/helpful/thanks/", answering.thanks, name="article-thanks"),
]
