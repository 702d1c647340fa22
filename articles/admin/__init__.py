"""What editors and the owner have in the back office."""

from articles.admin.article import ArticleAdmin
from articles.admin.article_settings import RulesAdmin
from articles.admin.comments import CommentAdmin
from articles.admin.images import ImageAdmin
from articles.admin.topics_and_contributors import ContributorAdmin, TopicAdmin
from articles.models import Article, ArticleSettings, Comment, Contributor, Image, Topic
from booking.admin.site import back_office

back_office.register(Article, ArticleAdmin)
back_office.register(Comment, CommentAdmin)
back_office.register(Image, ImageAdmin)
back_office.register(Topic, TopicAdmin)
back_office.register(Contributor, ContributorAdmin)
back_office.register(ArticleSettings, RulesAdmin)
