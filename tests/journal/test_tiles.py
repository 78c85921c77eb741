"""Static tiles: the paths of the specification, and the same hashes as the tree in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.tiles import (
    Coordinates,
    TileConflict,
    TileFolder,
    TileMissing,
    new_tiles,
    number_path,
    tile_path,
)
from signatures.merkle import Tree, consistency_proof, inclusion_proof, leaf_hash, root


def leaves(count: int) -> list[bytes]:
    return [number.to_bytes(4, "big") * 8 for number in range(count)]


@pytest.mark.parametrize(
    ("number", "path"),
    [(0, "000"), (5, "005"), (999, "999"), (1000, "x001/000"), (1234067, "x001/x234/067")],
)
def test_numbers_are_written_in_groups_of_three(number: int, path: str) -> None:
    """c2sp.org/tlog-tiles gives the last of these."""
    assert number_path(number) == path


def test_paths_of_the_specification() -> None:
    assert tile_path(Coordinates(0, 273, 256)) == "tile/0/273"
    assert tile_path(Coordinates(1, 1, 17)) == "tile/1/001.p/17"
    assert tile_path(Coordinates(0, 273, 112), "entries") == "tile/entries/273.p/112"


def test_the_tiles_of_a_log_of_seventy_thousand() -> None:
    """c2sp.org/tlog-tiles, the example of a log of 70,000 entries."""
    tiles = list(new_tiles(0, 70_000))
    assert [at for at in tiles if at.width < 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert len([at for at in tiles if at.level == 0 and at.width == 256]) == 273
    assert [at for at in tiles if at.level == 1 and at.width == 256] == [(1, 0, 256)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=4), st.data())
def test_tiles_give_the_roots_and_proofs_of_the_tree(
    tmp_path_factory: pytest.TempPathFactory, growth: list[int], data: st.DataObject
) -> None:
    folder = TileFolder(tmp_path_factory.mktemp("log"))
    all_leaves = leaves(sum(growth))
    size = 0
    sizes = []
    for step in growth:
        folder.append(size, all_leaves[size : size + step])
        size += step
        sizes.append(size)
    tree = Tree(leaf_hash(leaf) for leaf in all_leaves)
    for at in sizes:
        reader = folder.reader(at)
        assert root(reader.node, at) == tree.root(at)
        index = data.draw(st.integers(0, at - 1))
        assert inclusion_proof(reader.node, index, at) == inclusion_proof(tree.node, index, at)
        old = data.draw(st.integers(0, at))
        assert consistency_proof(reader.node, old, at) == consistency_proof(tree.node, old, at)
        assert list(folder.leaves(old, at)) == all_leaves[old:at]


def test_a_log_past_two_levels(tmp_path: Path) -> None:
    folder = TileFolder(tmp_path)
    count = 256 * 256 + 300
    folder.append(0, leaves(65_000))
    folder.append(65_000, leaves(count)[65_000:])
    tree = Tree(leaf_hash(leaf) for leaf in leaves(count))
    assert root(folder.reader(count).node, count) == tree.root()
    assert (tmp_path / "tile/2/000.p/1").exists()


def test_the_same_again_changes_nothing_and_another_tree_is_refused(tmp_path: Path) -> None:
    folder = TileFolder(tmp_path)
    folder.append(0, leaves(300))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    folder.append(0, leaves(300))
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(TileConflict):
        folder.append(0, [b"other", *leaves(300)[1:]])
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_no_half_written_file_stays_under_a_tiles_name(tmp_path: Path) -> None:
    TileFolder(tmp_path).append(0, leaves(10))
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["10", "10"]


def test_a_missing_or_cut_tile_is_named(tmp_path: Path) -> None:
    folder = TileFolder(tmp_path)
    folder.append(0, leaves(10))
    tile = tmp_path / "tile/0/000.p/10"
    tile.write_bytes(tile.read_bytes()[:-1])
    with pytest.raises(TileMissing):
        folder.reader(10).node(0, 0)
    tile.unlink()
    with pytest.raises(TileMissing, match=r"000\.p/10"):
        folder.reader(10).node(0, 0)
