"""First edition."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Go up."""
    op.create_table('capacity',
    sa.Column('purchase_id', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('role', sa.String(length=30), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('purchase_id', 'person_id', 'role', name=op.f('pk_capacity'))
    )
    op.create_table('checkpoint',
    sa.Column('number', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('root', sa.LargeBinary(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=71), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('octet_length(root) = 32', name=op.f('ck_checkpoint_root_is_a_digest')),
    sa.CheckConstraint('size >= 0', name=op.f('ck_checkpoint_size_from_zero')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_checkpoint')),
    sa.UniqueConstraint('note', name=op.f('uq_checkpoint_note'))
    )
    op.create_index(op.f('ix_checkpoint_size'), 'checkpoint', ['size'], unique=False)
    op.create_table('entry',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('seq', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('log', sa.String(length=60), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('object', sa.String(length=120), nullable=False),
    sa.Column('tender', sa.String(length=40), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('commitment', sa.LargeBinary(), nullable=False),
    sa.Column('leaf', sa.LargeBinary(), nullable=False),
    sa.Column('leaf_hash', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("leaf_hash = sha256('\\x00'::bytea || leaf)", name=op.f('ck_entry_leaf_hash_of_leaf')),
    sa.CheckConstraint("log = 'public' OR (tender IS NOT NULL AND (log = 'acts:' || tender OR log = 'proceedings:' || tender))", name=op.f('ck_entry_log_of_its_tender')),
    sa.CheckConstraint('octet_length(commitment) = 32', name=op.f('ck_entry_commitment_is_a_digest')),
    sa.CheckConstraint('octet_length(leaf) <= 65535', name=op.f('ck_entry_leaf_fits_a_bundle')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry')),
    sa.UniqueConstraint('id', 'log', name=op.f('uq_entry_id_log')),
    sa.UniqueConstraint('seq', name=op.f('uq_entry_seq'))
    )
    op.create_index(op.f('ix_entry_action_seq'), 'entry', ['action', 'seq'], unique=False)
    op.create_index(op.f('ix_entry_log_seq'), 'entry', ['log', 'seq'], unique=False)
    op.create_index(op.f('ix_entry_object_seq'), 'entry', ['object', 'seq'], unique=False)
    op.create_index(op.f('ix_entry_tender_seq'), 'entry', ['tender', 'seq'], unique=False)
    op.create_table('entry_waiting',
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('entry', sa.String(length=40), nullable=False),
    sa.Column('log', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_entry_waiting'))
    )
    op.create_index(op.f('ix_entry_waiting_log'), 'entry_waiting', ['log'], unique=False)
    op.create_table('job',
    sa.Column('number', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('job', sa.String(length=60), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('attempts >= 0', name=op.f('ck_job_attempts_from_zero')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_job')),
    sa.UniqueConstraint('key', name=op.f('uq_job_key'))
    )
    op.create_index('ix_job_open', 'job', ['due_at', 'number'], unique=False, postgresql_where='finished_at IS NULL')
    op.create_table('login_attempt',
    sa.Column('id', sa.Integer(), sa.Identity(always=True), nullable=False),
    sa.Column('login_digest', sa.LargeBinary(), nullable=False),
    sa.Column('address', sa.String(length=45), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_attempt'))
    )
    op.create_index(op.f('ix_login_attempt_address_at'), 'login_attempt', ['address', 'at'], unique=False)
    op.create_index(op.f('ix_login_attempt_login_digest_at'), 'login_attempt', ['login_digest', 'at'], unique=False)
    op.create_table('organization',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('identifier', sa.String(length=40), nullable=False),
    sa.Column('scheme', sa.String(length=20), nullable=False),
    sa.Column('name_zh', sa.String(length=300), nullable=False),
    sa.Column('name_en', sa.String(length=300), nullable=False),
    sa.Column('size', sa.String(length=10), nullable=False),
    sa.Column('registered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("name_zh <> ''", name=op.f('ck_organization_named')),
    sa.CheckConstraint("size IN ('micro', 'small', 'medium', 'large')", name=op.f('ck_organization_size')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organization')),
    sa.UniqueConstraint('identifier', name=op.f('uq_organization_identifier'))
    )
    op.create_table('signed_document',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=40), nullable=False),
    sa.Column('content', sa.String(length=71), nullable=False),
    sa.Column('form', sa.String(length=10), nullable=False),
    sa.Column('statement', sa.LargeBinary(), nullable=True),
    sa.Column('cms', sa.LargeBinary(), nullable=True),
    sa.Column('token', sa.LargeBinary(), nullable=True),
    sa.Column('signer_person', sa.String(length=40), nullable=False),
    sa.Column('signer_certificate', sa.String(length=71), nullable=False),
    sa.Column('verdict', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(form = 'cms') = (cms IS NOT NULL AND statement IS NOT NULL)", name=op.f('ck_signed_document_cms_kept')),
    sa.CheckConstraint("form IN ('cms', 'pades')", name=op.f('ck_signed_document_form')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signed_document')),
    sa.UniqueConstraint('kind', 'subject_id', 'content', 'signer_certificate', name=op.f('uq_signed_document_kind_subject_id_content_signer_certificate'))
    )
    op.create_index(op.f('ix_signed_document_subject_id'), 'signed_document', ['subject_id'], unique=False)
    op.create_table('budget_line',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('organization_id', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('reserved_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('allotted_by', sa.String(length=40), nullable=False),
    sa.Column('allotted_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('0 <= reserved_minor AND reserved_minor <= amount_minor', name=op.f('ck_budget_line_covered')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_budget_line_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_line')),
    sa.UniqueConstraint('organization_id', 'code', 'year', name=op.f('uq_budget_line_organization_id_code_year'))
    )
    op.create_table('entry_field',
    sa.Column('entry', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('visibility', sa.String(length=10), nullable=False),
    sa.Column('salt', sa.LargeBinary(), nullable=True),
    sa.Column('value', sa.Text(), nullable=True),
    sa.Column('digest', sa.String(length=71), nullable=False),
    sa.Column('erased_by', sa.String(length=40), nullable=True),
    sa.CheckConstraint("salt IS NULL OR digest = 'sha256:' || encode(sha256(salt || convert_to(value, 'UTF8')), 'hex')", name=op.f('ck_entry_field_digest_of_value')),
    sa.CheckConstraint("visibility IN ('public', 'restricted', 'personal')", name=op.f('ck_entry_field_visibility_known')),
    sa.CheckConstraint('(erased_by IS NULL AND value IS NOT NULL AND salt IS NOT NULL) OR (erased_by IS NOT NULL AND value IS NULL AND salt IS NULL)', name=op.f('ck_entry_field_erased_with_its_salt')),
    sa.CheckConstraint('salt IS NULL OR octet_length(salt) = 32', name=op.f('ck_entry_field_salt_is_long')),
    sa.ForeignKeyConstraint(['entry'], ['entry.id'], name=op.f('fk_entry_field_entry')),
    sa.ForeignKeyConstraint(['erased_by'], ['entry.id'], name=op.f('fk_entry_field_erased_by'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('entry', 'name', name=op.f('pk_entry_field'))
    )
    op.create_table('entry_position',
    sa.Column('log', sa.String(length=60), nullable=False),
    sa.Column('position', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('entry', sa.String(length=40), nullable=False),
    sa.CheckConstraint('position >= 0', name=op.f('ck_entry_position_position_from_zero')),
    sa.ForeignKeyConstraint(['entry', 'log'], ['entry.id', 'entry.log'], name=op.f('fk_entry_position_entry_log')),
    sa.PrimaryKeyConstraint('log', 'position', name=op.f('pk_entry_position')),
    sa.UniqueConstraint('entry', name=op.f('uq_entry_position_entry'))
    )
    op.create_table('person',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('organization_id', sa.String(length=40), nullable=False),
    sa.Column('enrolled_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_person_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    op.create_index(op.f('ix_person_organization_id'), 'person', ['organization_id'], unique=False)
    op.create_table('sealed_head',
    sa.Column('entry', sa.String(length=40), nullable=False),
    sa.Column('tree', sa.String(length=12), nullable=False),
    sa.Column('tender', sa.String(length=40), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('root', sa.LargeBinary(), nullable=False),
    sa.Column('blind', sa.LargeBinary(), nullable=False),
    sa.Column('commitment', sa.String(length=71), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("tree IN ('acts', 'proceedings')", name=op.f('ck_sealed_head_tree_known')),
    sa.CheckConstraint('octet_length(blind) = 32', name=op.f('ck_sealed_head_blind_is_long')),
    sa.CheckConstraint('octet_length(root) = 32', name=op.f('ck_sealed_head_root_is_a_digest')),
    sa.ForeignKeyConstraint(['entry'], ['entry.id'], name=op.f('fk_sealed_head_entry'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('entry', 'tree', name=op.f('pk_sealed_head'))
    )
    op.create_index(op.f('ix_sealed_head_tender_tree_sealed_at'), 'sealed_head', ['tender', 'tree', 'sealed_at'], unique=False)
    op.create_table('supplier_ban',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('organization_id', sa.String(length=40), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('cites', sa.String(length=300), nullable=False),
    sa.CheckConstraint('from_on <= until_on', name=op.f('ck_supplier_ban_order')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_supplier_ban_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supplier_ban'))
    )
    op.create_index(op.f('ix_supplier_ban_organization_id'), 'supplier_ban', ['organization_id'], unique=False)
    op.create_table('account',
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_account_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_account')),
    sa.UniqueConstraint('login', name=op.f('uq_account_login'))
    )
    op.create_table('certificate',
    sa.Column('fingerprint', sa.String(length=71), nullable=False),
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('der', sa.LargeBinary(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=False),
    sa.Column('enrolled_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_certificate_person_id')),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_certificate'))
    )
    op.create_index(op.f('ix_certificate_person_id'), 'certificate', ['person_id'], unique=False)
    op.create_table('field_disclosure',
    sa.Column('entry', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('audience', sa.String(length=20), nullable=False),
    sa.Column('disclosed_by', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['disclosed_by'], ['entry.id'], name=op.f('fk_field_disclosure_disclosed_by'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['entry', 'name'], ['entry_field.entry', 'entry_field.name'], name=op.f('fk_field_disclosure_entry_name')),
    sa.PrimaryKeyConstraint('entry', 'name', 'audience', name=op.f('pk_field_disclosure'))
    )
    op.create_table('interest',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('organization_id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('declared_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('employment', 'office', 'share', 'family', 'other')", name=op.f('ck_interest_kind')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_interest_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_interest_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interest'))
    )
    op.create_index(op.f('ix_interest_organization_id'), 'interest', ['organization_id'], unique=False)
    op.create_index(op.f('ix_interest_person_id'), 'interest', ['person_id'], unique=False)
    op.create_table('login_session',
    sa.Column('secret_digest', sa.LargeBinary(), nullable=False),
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=4), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('web', 'api')", name=op.f('ck_login_session_kind')),
    sa.CheckConstraint('began_at <= seen_at', name=op.f('ck_login_session_order')),
    sa.CheckConstraint('octet_length(secret_digest) = 32', name=op.f('ck_login_session_digest')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_login_session_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('secret_digest', name=op.f('pk_login_session'))
    )
    op.create_index(op.f('ix_login_session_person_id'), 'login_session', ['person_id'], unique=False)
    op.create_table('purchase',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('ocid', sa.String(length=60), nullable=False),
    sa.Column('buyer_id', sa.String(length=40), nullable=False),
    sa.Column('budget_line_id', sa.String(length=40), nullable=False),
    sa.Column('profile', sa.String(length=30), nullable=False),
    sa.Column('title_zh', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('category', sa.String(length=10), nullable=False),
    sa.Column('method', sa.String(length=20), nullable=False),
    sa.Column('method_basis', sa.Text(), nullable=False),
    sa.Column('reserved_share', sa.Numeric(precision=5, scale=4), nullable=False),
    sa.Column('budget_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('planned_start_on', sa.Date(), nullable=False),
    sa.Column('intended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('early_reason', sa.Text(), nullable=True),
    sa.Column('made_by', sa.String(length=40), nullable=False),
    sa.Column('reserved_minor', sa.BigInteger(), nullable=False),
    sa.Column('ended_reason', sa.Text(), nullable=True),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("category IN ('goods', 'services', 'works')", name=op.f('ck_purchase_category')),
    sa.CheckConstraint('0 <= reserved_minor AND reserved_minor <= budget_minor', name=op.f('ck_purchase_reserved_within_budget')),
    sa.CheckConstraint('0 <= reserved_share AND reserved_share <= 1', name=op.f('ck_purchase_share')),
    sa.CheckConstraint('budget_minor > 0', name=op.f('ck_purchase_budgeted')),
    sa.ForeignKeyConstraint(['budget_line_id'], ['budget_line.id'], name=op.f('fk_purchase_budget_line_id')),
    sa.ForeignKeyConstraint(['buyer_id'], ['organization.id'], name=op.f('fk_purchase_buyer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purchase')),
    sa.UniqueConstraint('ocid', name=op.f('uq_purchase_ocid'))
    )
    op.create_table('role_grant',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('role', sa.String(length=30), nullable=False),
    sa.Column('organization_id', sa.String(length=40), nullable=False),
    sa.Column('proposed_by', sa.String(length=40), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by', sa.String(length=40), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("proposed_by <> person_id OR proposed_by LIKE 'system:%'", name=op.f('ck_role_grant_not_self')),
    sa.CheckConstraint('confirmed_by IS NULL OR confirmed_by <> person_id', name=op.f('ck_role_grant_not_own')),
    sa.CheckConstraint('confirmed_by IS NULL OR confirmed_by <> proposed_by', name=op.f('ck_role_grant_two_persons')),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_role_grant_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_role_grant_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant'))
    )
    op.create_index(op.f('ix_role_grant_person_id'), 'role_grant', ['person_id'], unique=False)
    op.create_index('uq_role_grant_live', 'role_grant', ['person_id', 'role', 'organization_id'], unique=True, postgresql_where=sa.text('revoked_at IS NULL'))
    op.create_table('need',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('unit_id', sa.String(length=40), nullable=False),
    sa.Column('buyer_id', sa.String(length=40), nullable=False),
    sa.Column('purchase_id', sa.String(length=40), nullable=True),
    sa.Column('title_zh', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('specification_zh', sa.Text(), nullable=False),
    sa.Column('specification_en', sa.Text(), nullable=False),
    sa.Column('category', sa.String(length=10), nullable=False),
    sa.Column('estimate_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('public_service', sa.Boolean(), nullable=False),
    sa.Column('survey_respondents', sa.Integer(), nullable=False),
    sa.Column('surveyed_on', sa.Date(), nullable=True),
    sa.Column('comment_opened_on', sa.Date(), nullable=True),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('written_by', sa.String(length=40), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('returned_reason', sa.Text(), nullable=True),
    sa.CheckConstraint("category IN ('goods', 'services', 'works')", name=op.f('ck_need_category')),
    sa.CheckConstraint('estimate_minor > 0', name=op.f('ck_need_estimated')),
    sa.ForeignKeyConstraint(['buyer_id'], ['organization.id'], name=op.f('fk_need_buyer_id')),
    sa.ForeignKeyConstraint(['purchase_id'], ['purchase.id'], name=op.f('fk_need_purchase_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['organization.id'], name=op.f('fk_need_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need'))
    )
    op.create_index(op.f('ix_need_purchase_id'), 'need', ['purchase_id'], unique=False)
    op.create_table('tender',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('purchase_id', sa.String(length=40), nullable=False),
    sa.Column('buyer_id', sa.String(length=40), nullable=False),
    sa.Column('profile', sa.String(length=30), nullable=False),
    sa.Column('profile_edition', sa.String(length=80), nullable=True),
    sa.Column('title_zh', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('category', sa.String(length=10), nullable=False),
    sa.Column('award_criteria', sa.String(length=20), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('threshold', sa.Integer(), nullable=False),
    sa.Column('holders', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('terms', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('facts_zh', sa.Text(), nullable=False),
    sa.Column('facts_en', sa.Text(), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('committee', sa.LargeBinary(), nullable=True),
    sa.Column('committee_digest', sa.String(length=71), nullable=True),
    sa.Column('committee_document', sa.String(length=40), nullable=True),
    sa.Column('committee_entry_id', sa.String(length=40), nullable=True),
    sa.Column('drafted_by', sa.String(length=40), nullable=False),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('returned_reason', sa.Text(), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_zh', sa.Text(), nullable=True),
    sa.Column('cancelled_en', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(stage = 'cancelled') = (cancelled_at IS NOT NULL AND cancelled_zh <> '')", name=op.f('ck_tender_cancelled_for_a_reason')),
    sa.CheckConstraint("award_criteria IN ('lowest_price', 'composite')", name=op.f('ck_tender_award_criteria')),
    sa.CheckConstraint("stage IN ('draft', 'approved') OR profile_edition IS NOT NULL OR published_at IS NULL", name=op.f('ck_tender_pinned')),
    sa.CheckConstraint("stage NOT IN ('open', 'closing', 'closed') OR committee_digest IS NOT NULL", name=op.f('ck_tender_sealed_to_somebody')),
    sa.CheckConstraint('2 <= threshold AND threshold <= holders AND holders <= 15', name=op.f('ck_tender_quorum')),
    sa.CheckConstraint('published_at IS NULL OR published_at < closes_at', name=op.f('ck_tender_order')),
    sa.ForeignKeyConstraint(['buyer_id'], ['organization.id'], name=op.f('fk_tender_buyer_id')),
    sa.ForeignKeyConstraint(['committee_document'], ['signed_document.id'], name=op.f('fk_tender_committee_document')),
    sa.ForeignKeyConstraint(['purchase_id'], ['purchase.id'], name=op.f('fk_tender_purchase_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender')),
    sa.UniqueConstraint('purchase_id', name=op.f('uq_tender_purchase_id'))
    )
    op.create_index(op.f('ix_tender_stage'), 'tender', ['stage'], unique=False)
    op.create_table('closing',
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('root', sa.String(length=71), nullable=False),
    sa.Column('statement', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.String(length=71), nullable=False),
    sa.Column('token', sa.LargeBinary(), nullable=True),
    sa.Column('token_outside', sa.Boolean(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entry_id', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_closing_tender_id')),
    sa.PrimaryKeyConstraint('tender_id', name=op.f('pk_closing')),
    sa.UniqueConstraint('digest', name=op.f('uq_closing_digest'))
    )
    op.create_table('criterion',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=15), nullable=False),
    sa.Column('title_zh', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('weight', sa.Numeric(precision=7, scale=4), nullable=False),
    sa.Column('objective', sa.Boolean(), nullable=False),
    sa.Column('rule_zh', sa.Text(), nullable=False),
    sa.Column('rule_en', sa.Text(), nullable=False),
    sa.Column('justification', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('qualification', 'compliance', 'quality', 'price')", name=op.f('ck_criterion_kind')),
    sa.CheckConstraint("kind IN ('quality', 'price') OR weight = 0", name=op.f('ck_criterion_unscored')),
    sa.CheckConstraint('weight >= 0 AND weight <= 100', name=op.f('ck_criterion_weight')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_criterion_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_criterion')),
    sa.UniqueConstraint('tender_id', 'number', name=op.f('uq_criterion_tender_id_number'))
    )
    op.create_index(op.f('ix_criterion_tender_id'), 'criterion', ['tender_id'], unique=False)
    op.create_table('holder_key',
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('index', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('recipient', sa.String(length=80), nullable=True),
    sa.Column('statement', sa.LargeBinary(), nullable=True),
    sa.Column('document_id', sa.String(length=40), nullable=True),
    sa.Column('possession_document_id', sa.String(length=40), nullable=True),
    sa.Column('outside', sa.Boolean(), nullable=False),
    sa.CheckConstraint("part IN ('technical', 'price')", name=op.f('ck_holder_key_part')),
    sa.CheckConstraint('"index" BETWEEN 1 AND 15', name=op.f('ck_holder_key_index_range')),
    sa.ForeignKeyConstraint(['document_id'], ['signed_document.id'], name=op.f('fk_holder_key_document_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_holder_key_person_id')),
    sa.ForeignKeyConstraint(['possession_document_id'], ['signed_document.id'], name=op.f('fk_holder_key_possession_document_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_holder_key_tender_id')),
    sa.PrimaryKeyConstraint('tender_id', 'part', 'index', name=op.f('pk_holder_key')),
    sa.UniqueConstraint('recipient', name=op.f('uq_holder_key_recipient')),
    sa.UniqueConstraint('tender_id', 'part', 'person_id', name=op.f('uq_holder_key_tender_id_part_person_id'))
    )
    op.create_table('lot',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title_zh', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('budget_minor', sa.BigInteger(), nullable=False),
    sa.Column('ceiling_minor', sa.BigInteger(), nullable=False),
    sa.Column('reserved_for_small', sa.Boolean(), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('failed_reason', sa.Text(), nullable=True),
    sa.CheckConstraint('0 < ceiling_minor AND ceiling_minor <= budget_minor', name=op.f('ck_lot_ceiling')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_lot_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lot')),
    sa.UniqueConstraint('tender_id', 'number', name=op.f('uq_lot_tender_id_number'))
    )
    op.create_index(op.f('ix_lot_tender_id'), 'lot', ['tender_id'], unique=False)
    op.create_table('notice',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('statement', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.String(length=71), nullable=False),
    sa.Column('previous', sa.String(length=71), nullable=True),
    sa.Column('document_id', sa.String(length=40), nullable=False),
    sa.Column('pdf', sa.String(length=71), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changes_zh', sa.Text(), nullable=False),
    sa.Column('changes_en', sa.Text(), nullable=False),
    sa.Column('rest', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entry_id', sa.String(length=40), nullable=False),
    sa.CheckConstraint('(number = 1) = (previous IS NULL)', name=op.f('ck_notice_chain')),
    sa.ForeignKeyConstraint(['document_id'], ['signed_document.id'], name=op.f('fk_notice_document_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_notice_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('digest', name=op.f('uq_notice_digest')),
    sa.UniqueConstraint('tender_id', 'number', name=op.f('uq_notice_tender_id_number')),
    sa.UniqueConstraint('tender_id', 'previous', name=op.f('uq_notice_tender_id_previous'))
    )
    op.create_index(op.f('ix_notice_tender_id'), 'notice', ['tender_id'], unique=False)
    op.create_table('question',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('asker_person', sa.String(length=40), nullable=False),
    sa.Column('asker_organization', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_zh', sa.Text(), nullable=True),
    sa.Column('answer_en', sa.Text(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer_entry_id', sa.String(length=40), nullable=True),
    sa.CheckConstraint('(answer_zh IS NULL) = (answered_at IS NULL)', name=op.f('ck_question_answered')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_question_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question'))
    )
    op.create_index(op.f('ix_question_tender_id'), 'question', ['tender_id'], unique=False)
    op.create_table('refused_bid',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('cites', sa.Text(), nullable=False),
    sa.Column('attempted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_refused_bid_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refused_bid'))
    )
    op.create_index(op.f('ix_refused_bid_tender_id'), 'refused_bid', ['tender_id'], unique=False)
    op.create_table('tender_document',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=180), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('content', sa.String(length=71), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_tender_document_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tender_document')),
    sa.UniqueConstraint('tender_id', 'number', 'version', name=op.f('uq_tender_document_tender_id_number_version'))
    )
    op.create_index(op.f('ix_tender_document_tender_id'), 'tender_document', ['tender_id'], unique=False)
    op.create_table('bid_act',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('bidder_id', sa.String(length=40), nullable=False),
    sa.Column('bidder', sa.String(length=40), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('digest', sa.String(length=71), nullable=False),
    sa.Column('previous', sa.String(length=71), nullable=True),
    sa.Column('statement', sa.LargeBinary(), nullable=False),
    sa.Column('cms', sa.LargeBinary(), nullable=False),
    sa.Column('token', sa.LargeBinary(), nullable=True),
    sa.Column('verdict', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('signer_certificate', sa.String(length=71), nullable=False),
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('receipt', sa.LargeBinary(), nullable=False),
    sa.Column('receipt_seal', sa.LargeBinary(), nullable=False),
    sa.Column('receipt_note', sa.LargeBinary(), nullable=False),
    sa.Column('entry_id', sa.String(length=40), nullable=False),
    sa.CheckConstraint("kind IN ('bid', 'withdrawal')", name=op.f('ck_bid_act_kind')),
    sa.CheckConstraint('(seq = 1) = (previous IS NULL)', name=op.f('ck_bid_act_chain')),
    sa.CheckConstraint('seq BETWEEN 1 AND 50', name=op.f('ck_bid_act_acts_max')),
    sa.ForeignKeyConstraint(['bidder_id'], ['organization.id'], name=op.f('fk_bid_act_bidder_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_bid_act_lot_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_bid_act_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bid_act')),
    sa.UniqueConstraint('digest', name=op.f('uq_bid_act_digest')),
    sa.UniqueConstraint('tender_id', 'lot_id', 'bidder', 'seq', name=op.f('uq_bid_act_tender_id_lot_id_bidder_seq'))
    )
    op.create_index(op.f('ix_bid_act_lot_id'), 'bid_act', ['lot_id'], unique=False)
    op.create_index(op.f('ix_bid_act_tender_id'), 'bid_act', ['tender_id'], unique=False)
    op.create_table('item',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('description_zh', sa.Text(), nullable=False),
    sa.Column('description_en', sa.Text(), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('classification', sa.String(length=40), nullable=False),
    sa.Column('scheme', sa.String(length=20), nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_item_quantity')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_item_lot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item')),
    sa.UniqueConstraint('lot_id', 'number', name=op.f('uq_item_lot_id_number'))
    )
    op.create_index(op.f('ix_item_lot_id'), 'item', ['lot_id'], unique=False)
    op.create_table('opening_objection',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('bidder_id', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('receipt', sa.LargeBinary(), nullable=True),
    sa.Column('stops_the_lot', sa.Boolean(), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['bidder_id'], ['organization.id'], name=op.f('fk_opening_objection_bidder_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_opening_objection_lot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opening_objection'))
    )
    op.create_index(op.f('ix_opening_objection_lot_id'), 'opening_objection', ['lot_id'], unique=False)
    op.create_table('opening_record',
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('statement', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.String(length=71), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_opening_record_lot_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_opening_record_tender_id')),
    sa.PrimaryKeyConstraint('lot_id', name=op.f('pk_opening_record'))
    )
    op.create_table('panel_draw',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('closing', sa.String(length=71), nullable=False),
    sa.Column('randomness', sa.String(length=64), nullable=False),
    sa.Column('seed', sa.String(length=71), nullable=False),
    sa.Column('listed', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('drawn_by', sa.String(length=40), nullable=False),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('number >= 1 AND seats >= 1', name=op.f('ck_panel_draw_number')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_panel_draw_lot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_panel_draw')),
    sa.UniqueConstraint('lot_id', 'number', name=op.f('uq_panel_draw_lot_id_number'))
    )
    op.create_index(op.f('ix_panel_draw_lot_id'), 'panel_draw', ['lot_id'], unique=False)
    op.create_table('ranking',
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('method', sa.String(length=20), nullable=False),
    sa.Column('steps', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('report', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.String(length=71), nullable=False),
    sa.Column('ranked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_ranking_lot_id')),
    sa.PrimaryKeyConstraint('lot_id', name=op.f('pk_ranking'))
    )
    op.create_table('share_release',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('index', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('closing', sa.String(length=71), nullable=False),
    sa.Column('statement', sa.LargeBinary(), nullable=False),
    sa.Column('cms', sa.LargeBinary(), nullable=False),
    sa.Column('verdict', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('judged', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_share_release_lot_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_share_release_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_share_release')),
    sa.UniqueConstraint('lot_id', 'part', 'index', name=op.f('uq_share_release_lot_id_part_index'))
    )
    op.create_index(op.f('ix_share_release_tender_id'), 'share_release', ['tender_id'], unique=False)
    op.create_table('envelope',
    sa.Column('act_id', sa.String(length=40), nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('ciphertext', sa.String(length=71), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('recipient', sa.String(length=80), nullable=False),
    sa.Column('stated', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.CheckConstraint("part IN ('technical', 'price')", name=op.f('ck_envelope_part')),
    sa.ForeignKeyConstraint(['act_id'], ['bid_act.id'], name=op.f('fk_envelope_act_id')),
    sa.PrimaryKeyConstraint('act_id', 'part', name=op.f('pk_envelope'))
    )
    op.create_table('opened_bid',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('act_id', sa.String(length=40), nullable=False),
    sa.Column('bidder_id', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('cause', sa.String(length=60), nullable=True),
    sa.Column('readout', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('price_minor', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('files', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('inner', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(state = 'open') = (cause IS NULL)", name=op.f('ck_opened_bid_caused')),
    sa.CheckConstraint("(state = 'open') = (price_minor IS NOT NULL)", name=op.f('ck_opened_bid_priced')),
    sa.CheckConstraint("state IN ('open', 'revoked', 'withdrawn')", name=op.f('ck_opened_bid_state')),
    sa.CheckConstraint('price_minor IS NULL OR price_minor > 0', name=op.f('ck_opened_bid_positive')),
    sa.ForeignKeyConstraint(['act_id'], ['bid_act.id'], name=op.f('fk_opened_bid_act_id')),
    sa.ForeignKeyConstraint(['bidder_id'], ['organization.id'], name=op.f('fk_opened_bid_bidder_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_opened_bid_lot_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_opened_bid_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opened_bid')),
    sa.UniqueConstraint('act_id', name=op.f('uq_opened_bid_act_id')),
    sa.UniqueConstraint('lot_id', 'bidder_id', name=op.f('uq_opened_bid_lot_id_bidder_id'))
    )
    op.create_index(op.f('ix_opened_bid_lot_id'), 'opened_bid', ['lot_id'], unique=False)
    op.create_index(op.f('ix_opened_bid_tender_id'), 'opened_bid', ['tender_id'], unique=False)
    op.create_table('panel_member',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('draw_id', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.String(length=40), nullable=False),
    sa.Column('role', sa.String(length=30), nullable=False),
    sa.Column('seated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('declared_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('declaration_document', sa.String(length=40), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_code', sa.String(length=60), nullable=True),
    sa.CheckConstraint("role IN ('panelist', 'buyer_panelist')", name=op.f('ck_panel_member_role')),
    sa.CheckConstraint('(declared_at IS NULL) = (declaration_document IS NULL)', name=op.f('ck_panel_member_declared_by_signature')),
    sa.CheckConstraint('(left_at IS NULL) = (left_code IS NULL)', name=op.f('ck_panel_member_left_for_a_reason')),
    sa.ForeignKeyConstraint(['declaration_document'], ['signed_document.id'], name=op.f('fk_panel_member_declaration_document')),
    sa.ForeignKeyConstraint(['draw_id'], ['panel_draw.id'], name=op.f('fk_panel_member_draw_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_panel_member_lot_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_panel_member_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_panel_member')),
    sa.UniqueConstraint('lot_id', 'person_id', name=op.f('uq_panel_member_lot_id_person_id'))
    )
    op.create_index(op.f('ix_panel_member_lot_id'), 'panel_member', ['lot_id'], unique=False)
    op.create_index(op.f('ix_panel_member_person_id'), 'panel_member', ['person_id'], unique=False)
    op.create_table('award',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('purchase_id', sa.String(length=40), nullable=False),
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('bid_id', sa.String(length=40), nullable=False),
    sa.Column('supplier_id', sa.String(length=40), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('reason_zh', sa.Text(), nullable=False),
    sa.Column('reason_en', sa.Text(), nullable=False),
    sa.Column('cites', sa.String(length=300), nullable=False),
    sa.Column('decided_by', sa.String(length=40), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.String(length=40), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('document_id', sa.String(length=40), nullable=True),
    sa.Column('rest', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('standstill_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('challenge_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lapsed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lapsed_code', sa.String(length=60), nullable=True),
    sa.Column('lapsed_reason', sa.Text(), nullable=True),
    sa.Column('lapsed_cites', sa.String(length=300), nullable=True),
    sa.CheckConstraint("rank = 1 OR (reason_zh <> '' AND cites <> '')", name=op.f('ck_award_reasoned')),
    sa.CheckConstraint('(lapsed_at IS NULL) = (lapsed_code IS NULL) AND (lapsed_at IS NULL) = (lapsed_reason IS NULL)', name=op.f('ck_award_lapsed_for_a_reason')),
    sa.CheckConstraint('(published_at IS NULL) = (document_id IS NULL) AND (published_at IS NULL) = (published_by IS NULL) AND (published_at IS NULL) = (rest IS NULL) AND (published_at IS NULL) = (challenge_until IS NULL)', name=op.f('ck_award_published_by_signature')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_award_amount')),
    sa.CheckConstraint('rank >= 1', name=op.f('ck_award_rank')),
    sa.ForeignKeyConstraint(['bid_id'], ['opened_bid.id'], name=op.f('fk_award_bid_id')),
    sa.ForeignKeyConstraint(['document_id'], ['signed_document.id'], name=op.f('fk_award_document_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_award_lot_id')),
    sa.ForeignKeyConstraint(['purchase_id'], ['purchase.id'], name=op.f('fk_award_purchase_id')),
    sa.ForeignKeyConstraint(['supplier_id'], ['organization.id'], name=op.f('fk_award_supplier_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_award_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_award')),
    sa.UniqueConstraint('lot_id', 'bid_id', name=op.f('uq_award_lot_id_bid_id'))
    )
    op.create_index(op.f('ix_award_lot_id'), 'award', ['lot_id'], unique=False)
    op.create_index(op.f('ix_award_purchase_id'), 'award', ['purchase_id'], unique=False)
    op.create_index(op.f('ix_award_tender_id'), 'award', ['tender_id'], unique=False)
    op.create_index('uq_award_live', 'award', ['lot_id'], unique=True, postgresql_where=sa.text('lapsed_at IS NULL'))
    op.create_table('bid_standing',
    sa.Column('bid_id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('qualified', sa.Boolean(), nullable=False),
    sa.Column('compliant', sa.Boolean(), nullable=True),
    sa.Column('price_accepted', sa.Boolean(), nullable=True),
    sa.Column('reason_zh', sa.Text(), nullable=False),
    sa.Column('reason_en', sa.Text(), nullable=False),
    sa.Column('cites', sa.String(length=300), nullable=False),
    sa.Column('preference', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('qualified_by', sa.String(length=40), nullable=False),
    sa.Column('qualified_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(qualified AND compliant IS NOT FALSE AND price_accepted IS NOT FALSE) OR (reason_zh <> '' AND cites <> '')", name=op.f('ck_bid_standing_reasoned')),
    sa.CheckConstraint('qualified OR compliant IS NULL', name=op.f('ck_bid_standing_compliance_after_qualification')),
    sa.CheckConstraint('qualified OR price_accepted IS NULL', name=op.f('ck_bid_standing_price_after_qualification')),
    sa.ForeignKeyConstraint(['bid_id'], ['opened_bid.id'], name=op.f('fk_bid_standing_bid_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_bid_standing_lot_id')),
    sa.PrimaryKeyConstraint('bid_id', name=op.f('pk_bid_standing'))
    )
    op.create_index(op.f('ix_bid_standing_lot_id'), 'bid_standing', ['lot_id'], unique=False)
    op.create_table('report_signature',
    sa.Column('member_id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('document_id', sa.String(length=40), nullable=False),
    sa.Column('dissent', sa.Text(), nullable=True),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("dissent IS NULL OR dissent <> ''", name=op.f('ck_report_signature_dissent')),
    sa.ForeignKeyConstraint(['document_id'], ['signed_document.id'], name=op.f('fk_report_signature_document_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['ranking.lot_id'], name=op.f('fk_report_signature_lot_id')),
    sa.ForeignKeyConstraint(['member_id'], ['panel_member.id'], name=op.f('fk_report_signature_member_id')),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_report_signature'))
    )
    op.create_index(op.f('ix_report_signature_lot_id'), 'report_signature', ['lot_id'], unique=False)
    op.create_table('score_sheet',
    sa.Column('member_id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('document_id', sa.String(length=40), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['signed_document.id'], name=op.f('fk_score_sheet_document_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_score_sheet_lot_id')),
    sa.ForeignKeyConstraint(['member_id'], ['panel_member.id'], name=op.f('fk_score_sheet_member_id')),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_score_sheet'))
    )
    op.create_index(op.f('ix_score_sheet_lot_id'), 'score_sheet', ['lot_id'], unique=False)
    op.create_table('award_letter',
    sa.Column('award_id', sa.String(length=40), nullable=False),
    sa.Column('bid_id', sa.String(length=40), nullable=False),
    sa.Column('bidder_id', sa.String(length=40), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('total_points', sa.Numeric(precision=12, scale=6), nullable=True),
    sa.Column('reason_zh', sa.Text(), nullable=False),
    sa.Column('reason_en', sa.Text(), nullable=False),
    sa.Column('cites', sa.String(length=300), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("rank IS NOT NULL OR reason_zh <> ''", name=op.f('ck_award_letter_told')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_award_letter_award_id')),
    sa.ForeignKeyConstraint(['bid_id'], ['opened_bid.id'], name=op.f('fk_award_letter_bid_id')),
    sa.ForeignKeyConstraint(['bidder_id'], ['organization.id'], name=op.f('fk_award_letter_bidder_id')),
    sa.PrimaryKeyConstraint('award_id', 'bid_id', name=op.f('pk_award_letter'))
    )
    op.create_index(op.f('ix_award_letter_bidder_id'), 'award_letter', ['bidder_id'], unique=False)
    op.create_table('challenge',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('purchase_id', sa.String(length=40), nullable=False),
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=True),
    sa.Column('award_id', sa.String(length=40), nullable=True),
    sa.Column('supplier_id', sa.String(length=40), nullable=False),
    sa.Column('about', sa.String(length=10), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('items', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('filed_by', sa.String(length=40), nullable=False),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=True),
    sa.Column('answer_zh', sa.Text(), nullable=True),
    sa.Column('answer_en', sa.Text(), nullable=True),
    sa.Column('answered_by', sa.String(length=40), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('complaint_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('complaint_items', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('complaint_text', sa.Text(), nullable=True),
    sa.Column('complained_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ruling', sa.String(length=10), nullable=True),
    sa.Column('remedy', sa.String(length=15), nullable=True),
    sa.Column('decision_zh', sa.Text(), nullable=True),
    sa.Column('decision_en', sa.Text(), nullable=True),
    sa.Column('decision_cites', sa.String(length=300), nullable=True),
    sa.Column('decided_by', sa.String(length=40), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(about = 'result') = (award_id IS NOT NULL)", name=op.f('ck_challenge_result_of_an_award')),
    sa.CheckConstraint("about IN ('documents', 'process', 'result')", name=op.f('ck_challenge_about')),
    sa.CheckConstraint("outcome IN ('upheld', 'partly', 'rejected')", name=op.f('ck_challenge_outcome')),
    sa.CheckConstraint("remedy IN ('none', 'lapse_award', 'fail_lot')", name=op.f('ck_challenge_remedy')),
    sa.CheckConstraint("ruling IN ('upheld', 'partly', 'dismissed')", name=op.f('ck_challenge_ruling')),
    sa.CheckConstraint('(answered_at IS NULL) = (answer_zh IS NULL) AND (answered_at IS NULL) = (outcome IS NULL)', name=op.f('ck_challenge_answered')),
    sa.CheckConstraint('(complained_at IS NULL) = (complaint_items IS NULL) AND (complained_at IS NULL) = (decision_due_at IS NULL)', name=op.f('ck_challenge_complained')),
    sa.CheckConstraint('(decided_at IS NULL) = (decision_zh IS NULL) AND (decided_at IS NULL) = (ruling IS NULL) AND (decided_at IS NULL) = (remedy IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)', name=op.f('ck_challenge_decided')),
    sa.CheckConstraint('award_id IS NULL OR lot_id IS NOT NULL', name=op.f('ck_challenge_award_of_a_lot')),
    sa.CheckConstraint('decided_at IS NULL OR complained_at IS NOT NULL', name=op.f('ck_challenge_order_of_steps')),
    sa.CheckConstraint('filed_at < answer_due_at', name=op.f('ck_challenge_order')),
    sa.CheckConstraint('jsonb_array_length(items) > 0', name=op.f('ck_challenge_items')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_challenge_award_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_challenge_lot_id')),
    sa.ForeignKeyConstraint(['purchase_id'], ['purchase.id'], name=op.f('fk_challenge_purchase_id')),
    sa.ForeignKeyConstraint(['supplier_id'], ['organization.id'], name=op.f('fk_challenge_supplier_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_challenge_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_challenge'))
    )
    op.create_index(op.f('ix_challenge_lot_id'), 'challenge', ['lot_id'], unique=False)
    op.create_index(op.f('ix_challenge_purchase_id'), 'challenge', ['purchase_id'], unique=False)
    op.create_index(op.f('ix_challenge_supplier_id'), 'challenge', ['supplier_id'], unique=False)
    op.create_index(op.f('ix_challenge_tender_id'), 'challenge', ['tender_id'], unique=False)
    op.create_index('uq_challenge_running', 'challenge', ['tender_id', 'supplier_id', 'about', sa.literal_column("coalesce(lot_id, '')")], unique=True, postgresql_where=sa.text("stage IN ('filed', 'complained')"))
    op.create_table('compliance_opinion',
    sa.Column('member_id', sa.String(length=40), nullable=False),
    sa.Column('bid_id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('compliant', sa.Boolean(), nullable=False),
    sa.Column('reason_zh', sa.Text(), nullable=False),
    sa.Column('reason_en', sa.Text(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("compliant OR reason_zh <> ''", name=op.f('ck_compliance_opinion_reasoned')),
    sa.ForeignKeyConstraint(['bid_id'], ['bid_standing.bid_id'], name=op.f('fk_compliance_opinion_bid_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_compliance_opinion_lot_id')),
    sa.ForeignKeyConstraint(['member_id'], ['panel_member.id'], name=op.f('fk_compliance_opinion_member_id')),
    sa.PrimaryKeyConstraint('member_id', 'bid_id', name=op.f('pk_compliance_opinion'))
    )
    op.create_index(op.f('ix_compliance_opinion_lot_id'), 'compliance_opinion', ['lot_id'], unique=False)
    op.create_table('contract',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('purchase_id', sa.String(length=40), nullable=False),
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('award_id', sa.String(length=40), nullable=False),
    sa.Column('buyer_id', sa.String(length=40), nullable=False),
    sa.Column('supplier_id', sa.String(length=40), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('invoiced_minor', sa.BigInteger(), nullable=False),
    sa.Column('paid_minor', sa.BigInteger(), nullable=False),
    sa.Column('payment_days', sa.Integer(), nullable=False),
    sa.Column('pays_from_acceptance', sa.Boolean(), nullable=False),
    sa.Column('statement', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.String(length=71), nullable=False),
    sa.Column('pdf', sa.String(length=71), nullable=True),
    sa.Column('standards', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('drafted_by', sa.String(length=40), nullable=False),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sign_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('supplier_signed_by', sa.String(length=40), nullable=True),
    sa.Column('supplier_signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('supplier_document', sa.String(length=40), nullable=True),
    sa.Column('buyer_signed_by', sa.String(length=40), nullable=True),
    sa.Column('buyer_signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('buyer_document', sa.String(length=40), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("stage <> 'closed' OR paid_minor = amount_minor", name=op.f('ck_contract_closed_when_paid')),
    sa.CheckConstraint("stage IN ('drafted', 'offered') OR (supplier_signed_at IS NOT NULL AND buyer_signed_at IS NOT NULL)", name=op.f('ck_contract_in_force_by_both')),
    sa.CheckConstraint('(buyer_signed_at IS NULL) = (buyer_document IS NULL) AND (buyer_signed_at IS NULL) = (buyer_signed_by IS NULL)', name=op.f('ck_contract_buyer_signed')),
    sa.CheckConstraint('(supplier_signed_at IS NULL) = (supplier_document IS NULL) AND (supplier_signed_at IS NULL) = (supplier_signed_by IS NULL)', name=op.f('ck_contract_supplier_signed')),
    sa.CheckConstraint('0 <= paid_minor AND paid_minor <= invoiced_minor AND invoiced_minor <= amount_minor', name=op.f('ck_contract_never_above')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_contract_amount')),
    sa.CheckConstraint('buyer_signed_by <> supplier_signed_by', name=op.f('ck_contract_two_persons')),
    sa.CheckConstraint('payment_days >= 0', name=op.f('ck_contract_payment_days')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_contract_award_id')),
    sa.ForeignKeyConstraint(['buyer_document'], ['signed_document.id'], name=op.f('fk_contract_buyer_document')),
    sa.ForeignKeyConstraint(['buyer_id'], ['organization.id'], name=op.f('fk_contract_buyer_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_contract_lot_id')),
    sa.ForeignKeyConstraint(['purchase_id'], ['purchase.id'], name=op.f('fk_contract_purchase_id')),
    sa.ForeignKeyConstraint(['supplier_document'], ['signed_document.id'], name=op.f('fk_contract_supplier_document')),
    sa.ForeignKeyConstraint(['supplier_id'], ['organization.id'], name=op.f('fk_contract_supplier_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_contract_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract')),
    sa.UniqueConstraint('award_id', name=op.f('uq_contract_award_id')),
    sa.UniqueConstraint('digest', name=op.f('uq_contract_digest'))
    )
    op.create_index(op.f('ix_contract_lot_id'), 'contract', ['lot_id'], unique=False)
    op.create_index(op.f('ix_contract_purchase_id'), 'contract', ['purchase_id'], unique=False)
    op.create_index(op.f('ix_contract_supplier_id'), 'contract', ['supplier_id'], unique=False)
    op.create_table('price_question',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('bid_id', sa.String(length=40), nullable=False),
    sa.Column('triggers', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.String(length=40), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('evidence', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted', sa.Boolean(), nullable=True),
    sa.Column('judgement_zh', sa.Text(), nullable=True),
    sa.Column('judgement_en', sa.Text(), nullable=True),
    sa.Column('judged_by', sa.String(length=40), nullable=True),
    sa.Column('judged_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(accepted IS NULL) = (judged_at IS NULL) AND (accepted IS NULL) = (judged_by IS NULL) AND (accepted IS NULL) = (judgement_zh IS NULL)', name=op.f('ck_price_question_judged')),
    sa.CheckConstraint('(answer IS NULL) = (answered_at IS NULL)', name=op.f('ck_price_question_answered')),
    sa.CheckConstraint('answered_at IS NULL OR answered_at < due_at', name=op.f('ck_price_question_answered_in_time')),
    sa.CheckConstraint('asked_at < due_at', name=op.f('ck_price_question_window')),
    sa.ForeignKeyConstraint(['bid_id'], ['bid_standing.bid_id'], name=op.f('fk_price_question_bid_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_price_question_lot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_question')),
    sa.UniqueConstraint('bid_id', name=op.f('uq_price_question_bid_id'))
    )
    op.create_index(op.f('ix_price_question_lot_id'), 'price_question', ['lot_id'], unique=False)
    op.create_table('ranked_bid',
    sa.Column('bid_id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('evaluation_price', sa.Numeric(precision=26, scale=8), nullable=False),
    sa.Column('price_points', sa.Numeric(precision=12, scale=6), nullable=True),
    sa.Column('quality_points', sa.Numeric(precision=12, scale=6), nullable=True),
    sa.Column('total_points', sa.Numeric(precision=12, scale=6), nullable=True),
    sa.CheckConstraint('evaluation_price > 0', name=op.f('ck_ranked_bid_price')),
    sa.CheckConstraint('rank >= 1', name=op.f('ck_ranked_bid_rank')),
    sa.ForeignKeyConstraint(['bid_id'], ['bid_standing.bid_id'], name=op.f('fk_ranked_bid_bid_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['ranking.lot_id'], name=op.f('fk_ranked_bid_lot_id')),
    sa.PrimaryKeyConstraint('bid_id', name=op.f('pk_ranked_bid'))
    )
    op.create_index(op.f('ix_ranked_bid_lot_id'), 'ranked_bid', ['lot_id'], unique=False)
    op.create_table('score',
    sa.Column('member_id', sa.String(length=40), nullable=False),
    sa.Column('bid_id', sa.String(length=40), nullable=False),
    sa.Column('criterion_id', sa.String(length=40), nullable=False),
    sa.Column('points', sa.Numeric(precision=7, scale=4), nullable=False),
    sa.CheckConstraint('0 <= points AND points <= 100', name=op.f('ck_score_points')),
    sa.ForeignKeyConstraint(['bid_id'], ['bid_standing.bid_id'], name=op.f('fk_score_bid_id')),
    sa.ForeignKeyConstraint(['criterion_id'], ['criterion.id'], name=op.f('fk_score_criterion_id')),
    sa.ForeignKeyConstraint(['member_id'], ['score_sheet.member_id'], name=op.f('fk_score_member_id')),
    sa.PrimaryKeyConstraint('member_id', 'bid_id', 'criterion_id', name=op.f('pk_score'))
    )
    op.create_table('acceptance',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('contract_id', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('accepted', sa.Boolean(), nullable=False),
    sa.Column('results', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('opinions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('inspected_by', sa.String(length=40), nullable=False),
    sa.Column('inspected_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('document_id', sa.String(length=40), nullable=False),
    sa.CheckConstraint('delivered_at <= inspected_at', name=op.f('ck_acceptance_order')),
    sa.CheckConstraint('jsonb_array_length(results) > 0', name=op.f('ck_acceptance_inspected')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_acceptance_contract_id')),
    sa.ForeignKeyConstraint(['document_id'], ['signed_document.id'], name=op.f('fk_acceptance_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acceptance')),
    sa.UniqueConstraint('contract_id', 'number', name=op.f('uq_acceptance_contract_id_number'))
    )
    op.create_index(op.f('ix_acceptance_contract_id'), 'acceptance', ['contract_id'], unique=False)
    op.create_index('uq_acceptance_accepted', 'acceptance', ['contract_id'], unique=True, postgresql_where=sa.text('accepted'))
    op.create_table('contract_line',
    sa.Column('contract_id', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.String(length=40), nullable=False),
    sa.Column('description_zh', sa.Text(), nullable=False),
    sa.Column('description_en', sa.Text(), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('unit_price', sa.Numeric(precision=22, scale=6), nullable=True),
    sa.Column('amount_minor', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('(unit_price IS NULL) = (amount_minor IS NULL)', name=op.f('ck_contract_line_priced')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_contract_line_quantity')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_line_contract_id')),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_contract_line_item_id')),
    sa.PrimaryKeyConstraint('contract_id', 'number', name=op.f('pk_contract_line')),
    sa.UniqueConstraint('contract_id', 'item_id', name=op.f('uq_contract_line_contract_id_item_id'))
    )
    op.create_table('suspension',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('challenge_id', sa.String(length=40), nullable=False),
    sa.Column('tender_id', sa.String(length=40), nullable=False),
    sa.Column('lot_id', sa.String(length=40), nullable=True),
    sa.Column('from_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('ended_at IS NULL OR from_at <= ended_at', name=op.f('ck_suspension_end')),
    sa.CheckConstraint('from_at < until_at', name=op.f('ck_suspension_term')),
    sa.ForeignKeyConstraint(['challenge_id'], ['challenge.id'], name=op.f('fk_suspension_challenge_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_suspension_lot_id')),
    sa.ForeignKeyConstraint(['tender_id'], ['tender.id'], name=op.f('fk_suspension_tender_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suspension'))
    )
    op.create_index(op.f('ix_suspension_challenge_id'), 'suspension', ['challenge_id'], unique=False)
    op.create_index(op.f('ix_suspension_lot_id'), 'suspension', ['lot_id'], unique=False)
    op.create_index(op.f('ix_suspension_tender_id'), 'suspension', ['tender_id'], unique=False)
    op.create_table('invoice',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('contract_id', sa.String(length=40), nullable=False),
    sa.Column('supplier_id', sa.String(length=40), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('lines', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('content', sa.String(length=71), nullable=True),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('submitted_by', sa.String(length=40), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('matched_by', sa.String(length=40), nullable=True),
    sa.Column('matched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acceptance_id', sa.String(length=40), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('returned_code', sa.String(length=60), nullable=True),
    sa.Column('returned_reason', sa.Text(), nullable=True),
    sa.CheckConstraint("(stage = 'returned') = (returned_reason IS NOT NULL)", name=op.f('ck_invoice_returned_for_a_reason')),
    sa.CheckConstraint("number <> ''", name=op.f('ck_invoice_number')),
    sa.CheckConstraint("stage NOT IN ('matched', 'prepared', 'released', 'paid') OR (matched_by IS NOT NULL AND matched_at IS NOT NULL AND acceptance_id IS NOT NULL AND due_on IS NOT NULL)", name=op.f('ck_invoice_matched')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_invoice_amount')),
    sa.ForeignKeyConstraint(['acceptance_id'], ['acceptance.id'], name=op.f('fk_invoice_acceptance_id')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_invoice_contract_id')),
    sa.ForeignKeyConstraint(['supplier_id'], ['organization.id'], name=op.f('fk_invoice_supplier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice'))
    )
    op.create_index(op.f('ix_invoice_contract_id'), 'invoice', ['contract_id'], unique=False)
    op.create_index(op.f('ix_invoice_supplier_id'), 'invoice', ['supplier_id'], unique=False)
    op.create_index('uq_invoice_number', 'invoice', ['supplier_id', 'number'], unique=True, postgresql_where=sa.text("stage <> 'returned'"))
    op.create_table('payment',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('invoice_id', sa.String(length=40), nullable=False),
    sa.Column('contract_id', sa.String(length=40), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('interest_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('prepared_by', sa.String(length=40), nullable=False),
    sa.Column('prepared_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_by', sa.String(length=40), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('document_id', sa.String(length=40), nullable=True),
    sa.Column('treasury_reference', sa.String(length=60), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(released_at IS NULL) = (released_by IS NULL) AND (released_at IS NULL) = (document_id IS NULL)', name=op.f('ck_payment_released_by_signature')),
    sa.CheckConstraint('(settled_at IS NULL) = (treasury_reference IS NULL) AND (settled_at IS NULL) = (paid_on IS NULL)', name=op.f('ck_payment_settled')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_payment_amount')),
    sa.CheckConstraint('interest_minor >= 0', name=op.f('ck_payment_interest')),
    sa.CheckConstraint('released_by IS NULL OR released_by <> prepared_by', name=op.f('ck_payment_two_persons')),
    sa.CheckConstraint('settled_at IS NULL OR released_at IS NOT NULL', name=op.f('ck_payment_order')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_payment_contract_id')),
    sa.ForeignKeyConstraint(['document_id'], ['signed_document.id'], name=op.f('fk_payment_document_id')),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_payment_invoice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment')),
    sa.UniqueConstraint('invoice_id', name=op.f('uq_payment_invoice_id')),
    sa.UniqueConstraint('treasury_reference', name=op.f('uq_payment_treasury_reference'))
    )
    op.create_index(op.f('ix_payment_contract_id'), 'payment', ['contract_id'], unique=False)
    op.execute(
        r"""CREATE OR REPLACE FUNCTION public.journal_erase_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF OLD.visibility = 'personal' AND OLD.erased_by IS NULL
     AND NEW.erased_by IS NOT NULL AND NEW.value IS NULL AND NEW.salt IS NULL
     AND NEW.entry = OLD.entry AND NEW.name = OLD.name
     AND NEW.visibility = OLD.visibility AND NEW.digest = OLD.digest THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'only a personal field is erased, once, and by an entry: % of %',
    OLD.name, OLD.entry USING ERRCODE = 'restrict_violation';
END $function$"""
    )
    op.execute(
        r"""CREATE OR REPLACE FUNCTION public.journal_gapless()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF EXISTS (
    SELECT 1 FROM fresh f WHERE f.position > 0 AND NOT EXISTS (
      SELECT 1 FROM entry_position p WHERE p.log = f.log AND p.position = f.position - 1)
  ) THEN
    RAISE EXCEPTION 'a position would leave a gap in its log' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $function$"""
    )
    op.execute(
        r"""CREATE OR REPLACE FUNCTION public.journal_queue()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO entry_waiting (seq, entry, log) SELECT seq, id, log FROM fresh;
  RETURN NULL;
END $function$"""
    )
    op.execute(
        r"""CREATE OR REPLACE FUNCTION public.journal_refuse()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'the journal is insert-only: % on %', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $function$"""
    )
    op.execute(
        r"""CREATE OR REPLACE FUNCTION public.journal_unplace_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF current_setting('journal.restoring', true) = 'on' AND OLD.log = 'public'
     AND OLD.position >= (SELECT coalesce(max(size), 0) FROM checkpoint) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the journal is insert-only: % on %', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $function$"""
    )
    op.execute(
        r"""CREATE TRIGGER checkpoint_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.checkpoint FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()"""
    )
    op.execute(
        r"""CREATE TRIGGER entry_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.entry FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()"""
    )
    op.execute(
        r"""CREATE TRIGGER entry_queued AFTER INSERT ON public.entry REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION journal_queue()"""
    )
    op.execute(
        r"""CREATE TRIGGER entry_field_erase_only BEFORE UPDATE ON public.entry_field FOR EACH ROW EXECUTE FUNCTION journal_erase_only()"""
    )
    op.execute(
        r"""CREATE TRIGGER entry_field_insert_only BEFORE DELETE OR TRUNCATE ON public.entry_field FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()"""
    )
    op.execute(
        r"""CREATE TRIGGER entry_position_gapless AFTER INSERT ON public.entry_position REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION journal_gapless()"""
    )
    op.execute(
        r"""CREATE TRIGGER entry_position_insert_only BEFORE UPDATE OR TRUNCATE ON public.entry_position FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()"""
    )
    op.execute(
        r"""CREATE TRIGGER entry_position_unplace_only BEFORE DELETE ON public.entry_position FOR EACH ROW EXECUTE FUNCTION journal_unplace_only()"""
    )
    op.execute(
        r"""CREATE TRIGGER entry_waiting_insert_only BEFORE UPDATE OR TRUNCATE ON public.entry_waiting FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()"""
    )
    op.execute(
        r"""CREATE TRIGGER field_disclosure_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.field_disclosure FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()"""
    )
    op.execute(
        r"""CREATE TRIGGER sealed_head_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.sealed_head FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()"""
    )


def downgrade() -> None:
    """Go down."""
    op.execute(
        r"""DROP TRIGGER sealed_head_insert_only ON sealed_head"""
    )
    op.execute(
        r"""DROP TRIGGER field_disclosure_insert_only ON field_disclosure"""
    )
    op.execute(
        r"""DROP TRIGGER entry_waiting_insert_only ON entry_waiting"""
    )
    op.execute(
        r"""DROP TRIGGER entry_position_unplace_only ON entry_position"""
    )
    op.execute(
        r"""DROP TRIGGER entry_position_insert_only ON entry_position"""
    )
    op.execute(
        r"""DROP TRIGGER entry_position_gapless ON entry_position"""
    )
    op.execute(
        r"""DROP TRIGGER entry_field_insert_only ON entry_field"""
    )
    op.execute(
        r"""DROP TRIGGER entry_field_erase_only ON entry_field"""
    )
    op.execute(
        r"""DROP TRIGGER entry_queued ON entry"""
    )
    op.execute(
        r"""DROP TRIGGER entry_insert_only ON entry"""
    )
    op.execute(
        r"""DROP TRIGGER checkpoint_insert_only ON checkpoint"""
    )
    op.execute(
        r"""DROP FUNCTION journal_erase_only"""
    )
    op.execute(
        r"""DROP FUNCTION journal_gapless"""
    )
    op.execute(
        r"""DROP FUNCTION journal_queue"""
    )
    op.execute(
        r"""DROP FUNCTION journal_refuse"""
    )
    op.execute(
        r"""DROP FUNCTION journal_unplace_only"""
    )
    op.drop_index(op.f('ix_payment_contract_id'), table_name='payment')
    op.drop_table('payment')
    op.drop_index('uq_invoice_number', table_name='invoice', postgresql_where=sa.text("stage <> 'returned'"))
    op.drop_index(op.f('ix_invoice_supplier_id'), table_name='invoice')
    op.drop_index(op.f('ix_invoice_contract_id'), table_name='invoice')
    op.drop_table('invoice')
    op.drop_index(op.f('ix_suspension_tender_id'), table_name='suspension')
    op.drop_index(op.f('ix_suspension_lot_id'), table_name='suspension')
    op.drop_index(op.f('ix_suspension_challenge_id'), table_name='suspension')
    op.drop_table('suspension')
    op.drop_table('contract_line')
    op.drop_index('uq_acceptance_accepted', table_name='acceptance', postgresql_where=sa.text('accepted'))
    op.drop_index(op.f('ix_acceptance_contract_id'), table_name='acceptance')
    op.drop_table('acceptance')
    op.drop_table('score')
    op.drop_index(op.f('ix_ranked_bid_lot_id'), table_name='ranked_bid')
    op.drop_table('ranked_bid')
    op.drop_index(op.f('ix_price_question_lot_id'), table_name='price_question')
    op.drop_table('price_question')
    op.drop_index(op.f('ix_contract_supplier_id'), table_name='contract')
    op.drop_index(op.f('ix_contract_purchase_id'), table_name='contract')
    op.drop_index(op.f('ix_contract_lot_id'), table_name='contract')
    op.drop_table('contract')
    op.drop_index(op.f('ix_compliance_opinion_lot_id'), table_name='compliance_opinion')
    op.drop_table('compliance_opinion')
    op.drop_index('uq_challenge_running', table_name='challenge', postgresql_where=sa.text("stage IN ('filed', 'complained')"))
    op.drop_index(op.f('ix_challenge_tender_id'), table_name='challenge')
    op.drop_index(op.f('ix_challenge_supplier_id'), table_name='challenge')
    op.drop_index(op.f('ix_challenge_purchase_id'), table_name='challenge')
    op.drop_index(op.f('ix_challenge_lot_id'), table_name='challenge')
    op.drop_table('challenge')
    op.drop_index(op.f('ix_award_letter_bidder_id'), table_name='award_letter')
    op.drop_table('award_letter')
    op.drop_index(op.f('ix_score_sheet_lot_id'), table_name='score_sheet')
    op.drop_table('score_sheet')
    op.drop_index(op.f('ix_report_signature_lot_id'), table_name='report_signature')
    op.drop_table('report_signature')
    op.drop_index(op.f('ix_bid_standing_lot_id'), table_name='bid_standing')
    op.drop_table('bid_standing')
    op.drop_index('uq_award_live', table_name='award', postgresql_where=sa.text('lapsed_at IS NULL'))
    op.drop_index(op.f('ix_award_tender_id'), table_name='award')
    op.drop_index(op.f('ix_award_purchase_id'), table_name='award')
    op.drop_index(op.f('ix_award_lot_id'), table_name='award')
    op.drop_table('award')
    op.drop_index(op.f('ix_panel_member_person_id'), table_name='panel_member')
    op.drop_index(op.f('ix_panel_member_lot_id'), table_name='panel_member')
    op.drop_table('panel_member')
    op.drop_index(op.f('ix_opened_bid_tender_id'), table_name='opened_bid')
    op.drop_index(op.f('ix_opened_bid_lot_id'), table_name='opened_bid')
    op.drop_table('opened_bid')
    op.drop_table('envelope')
    op.drop_index(op.f('ix_share_release_tender_id'), table_name='share_release')
    op.drop_table('share_release')
    op.drop_table('ranking')
    op.drop_index(op.f('ix_panel_draw_lot_id'), table_name='panel_draw')
    op.drop_table('panel_draw')
    op.drop_table('opening_record')
    op.drop_index(op.f('ix_opening_objection_lot_id'), table_name='opening_objection')
    op.drop_table('opening_objection')
    op.drop_index(op.f('ix_item_lot_id'), table_name='item')
    op.drop_table('item')
    op.drop_index(op.f('ix_bid_act_tender_id'), table_name='bid_act')
    op.drop_index(op.f('ix_bid_act_lot_id'), table_name='bid_act')
    op.drop_table('bid_act')
    op.drop_index(op.f('ix_tender_document_tender_id'), table_name='tender_document')
    op.drop_table('tender_document')
    op.drop_index(op.f('ix_refused_bid_tender_id'), table_name='refused_bid')
    op.drop_table('refused_bid')
    op.drop_index(op.f('ix_question_tender_id'), table_name='question')
    op.drop_table('question')
    op.drop_index(op.f('ix_notice_tender_id'), table_name='notice')
    op.drop_table('notice')
    op.drop_index(op.f('ix_lot_tender_id'), table_name='lot')
    op.drop_table('lot')
    op.drop_table('holder_key')
    op.drop_index(op.f('ix_criterion_tender_id'), table_name='criterion')
    op.drop_table('criterion')
    op.drop_table('closing')
    op.drop_index(op.f('ix_tender_stage'), table_name='tender')
    op.drop_table('tender')
    op.drop_index(op.f('ix_need_purchase_id'), table_name='need')
    op.drop_table('need')
    op.drop_index('uq_role_grant_live', table_name='role_grant', postgresql_where=sa.text('revoked_at IS NULL'))
    op.drop_index(op.f('ix_role_grant_person_id'), table_name='role_grant')
    op.drop_table('role_grant')
    op.drop_table('purchase')
    op.drop_index(op.f('ix_login_session_person_id'), table_name='login_session')
    op.drop_table('login_session')
    op.drop_index(op.f('ix_interest_person_id'), table_name='interest')
    op.drop_index(op.f('ix_interest_organization_id'), table_name='interest')
    op.drop_table('interest')
    op.drop_table('field_disclosure')
    op.drop_index(op.f('ix_certificate_person_id'), table_name='certificate')
    op.drop_table('certificate')
    op.drop_table('account')
    op.drop_index(op.f('ix_supplier_ban_organization_id'), table_name='supplier_ban')
    op.drop_table('supplier_ban')
    op.drop_index(op.f('ix_sealed_head_tender_tree_sealed_at'), table_name='sealed_head')
    op.drop_table('sealed_head')
    op.drop_index(op.f('ix_person_organization_id'), table_name='person')
    op.drop_table('person')
    op.drop_table('entry_position')
    op.drop_table('entry_field')
    op.drop_table('budget_line')
    op.drop_index(op.f('ix_signed_document_subject_id'), table_name='signed_document')
    op.drop_table('signed_document')
    op.drop_table('organization')
    op.drop_index(op.f('ix_login_attempt_login_digest_at'), table_name='login_attempt')
    op.drop_index(op.f('ix_login_attempt_address_at'), table_name='login_attempt')
    op.drop_table('login_attempt')
    op.drop_index('ix_job_open', table_name='job', postgresql_where='finished_at IS NULL')
    op.drop_table('job')
    op.drop_index(op.f('ix_entry_waiting_log'), table_name='entry_waiting')
    op.drop_table('entry_waiting')
    op.drop_index(op.f('ix_entry_tender_seq'), table_name='entry')
    op.drop_index(op.f('ix_entry_object_seq'), table_name='entry')
    op.drop_index(op.f('ix_entry_log_seq'), table_name='entry')
    op.drop_index(op.f('ix_entry_action_seq'), table_name='entry')
    op.drop_table('entry')
    op.drop_index(op.f('ix_checkpoint_size'), table_name='checkpoint')
    op.drop_table('checkpoint')
    op.drop_table('capacity')
