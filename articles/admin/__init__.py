"""Registers the models of this app with the admin site."""

from articles.admin.article import ArticleAdmin
from articles.admin.article_settings import ArticleSettingsAdmin
from articles.admin.comments import CommentAdmin
from articles.admin.images import ImageAdmin
from articles.admin.topics_and_contributors import ContributorAdmin, TopicAdmin
from articles.models import Article, ArticleSettings, Comment, Contributor, Image, Topic
from booking.admin.site import admin_site

admin_site.register(Article, ArticleAdmin)
admin_site.register(Comment, CommentAdmin)
admin_site.register(Image, ImageAdmin)
admin_site.register(Topic, TopicAdmin)
admin_site.register(Contributor, ContributorAdmin)
admin_site.register(ArticleSettings, ArticleSettingsAdmin)
