"""The forms of a person's own account, and of a firm that registers."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from app.mail.sending import ADDRESS
from app.web.forms import Attachment, Choice, Form, Secret, Tick, Words

CERTIFICATE_BYTES_MAX = 64 * 1024
SIZES = (
    ("micro", _l("微型企业")),
    ("small", _l("小型企业")),
    ("medium", _l("中型企业")),
    ("large", _l("大型企业")),
)


def email_fits(_form: Form, field: Words) -> None:
    """An address that a letter can be sent to."""
    if not ADDRESS.fullmatch(field.data or ""):
        raise ValidationError(_("填写邮箱地址，如lin@example.cn"))


class AddressForm(Form):
    """Where a person's letters go."""

    email = Words(_l("邮箱"), email_fits, hint=_l("通知和重设密码的链接发到这里"))


class PasswordForm(Form):
    """A new password, by the old one."""

    refused_at = {"wrong_password": "old", "password_length": "new"}  # noqa: RUF012

    old = Secret(_l("现在的密码"))
    new = Secret(_l("新密码"), hint=_l("至少10个字符。几个不相干的词连起来就很好。"))


class NewPasswordForm(Form):
    """A new password, by a link."""

    refused_at = {"password_length": "new"}  # noqa: RUF012

    new = Secret(_l("新密码"), hint=_l("至少10个字符。几个不相干的词连起来就很好。"))


class ForgottenForm(Form):
    """Whose password is to be set anew."""

    name = Words(_l("登录名或邮箱"))


class CertificateForm(Form):
    """A certificate that a person wants to sign with."""

    refused_at = {  # noqa: RUF012
        "certificate_unreadable": "certificate",
        "certificate_not_valid_now": "certificate",
        "certificate_not_trusted": "certificate",
        "certificate_known": "certificate",
        "certificate_of_other_organization": "certificate",
    }

    certificate = Attachment(
        _l("证书文件（.cer、.crt或.pem）"),
        most=CERTIFICATE_BYTES_MAX,
        accept=".cer,.crt,.pem,.der",
        hint=_l("只要证书，不要带私钥的.p12文件。"),
    )


class RegistrationForm(Form):
    """A firm that wants to sell, and the person who signs for it."""

    refused_at = {  # noqa: RUF012
        "credit_code_wrong": "identifier",
        "login_taken": "login",
        "password_length": "password",
        **CertificateForm.refused_at,
    }

    person = Words(_l("您的姓名"))
    login = Words(_l("登录名"), most=60, hint=_l("登录时用，如wang.min"))
    email = Words(_l("邮箱"), email_fits, hint=_l("审核结果和重设密码的链接发到这里"))
    password = Secret(_l("密码"), hint=_l("至少10个字符。几个不相干的词连起来就很好。"))
    identifier = Words(_l("统一社会信用代码"), most=18, hint=_l("18位，在营业执照上"))
    name_zh = Words(_l("企业名称"), hint=_l("与营业执照一致"))
    name_en = Words(_l("英文名称"), needed=False)
    size = Choice(_l("企业规模"), items=SIZES, hint=_l("按工信部联企业〔2011〕300号的划型标准"))
    certificate = Attachment(
        _l("您的证书文件（.cer、.crt或.pem）"),
        most=CERTIFICATE_BYTES_MAX,
        accept=".cer,.crt,.pem,.der",
        hint=_l("签名用的证书，写有您的企业的统一社会信用代码。只要证书，不要带私钥的.p12文件。"),
    )
    agreed = Tick(_l("以上内容属实，企业同意按采购文件和法律的规定参加采购"), needed=True)
