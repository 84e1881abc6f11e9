using HybridStore.Cli.Prompt;
using Xunit;

namespace HybridStore.Tests.Cli.Prompt;

public sealed class LineEditorTests
{
    private static readonly string[] History = ["select 1;", "select 2\nfrom a;", "select 3;"];

    private static LineEditor Editor(params string[] words) => new(
        History,
        SqlSession.IsComplete,
        (text, cursor) =>
        {
            var start = cursor == 0 ? 0 : text.LastIndexOf(' ', cursor - 1) + 1;
            return new Completion(start, [.. words.Where(word => word.StartsWith(text[start..cursor], StringComparison.OrdinalIgnoreCase))]);
        });

    /// <summary>Types: single characters as they are, keys by name in angle brackets.</summary>
    private static EditorOutcome Type(LineEditor editor, string keys)
    {
        var outcome = EditorOutcome.Editing;
        for (var index = 0; index < keys.Length; index++)
        {
            if (keys[index] == '<')
            {
                var end = keys.IndexOf('>', index);
                outcome = editor.Apply(new EditorKey(Enum.Parse<EditorKeyKind>(keys[(index + 1)..end])));
                index = end;
            }
            else
            {
                outcome = editor.Apply(new EditorKey(EditorKeyKind.Text, keys[index].ToString()));
            }
        }

        return outcome;
    }

    /// <summary>In the expected text, a bar marks the cursor.</summary>
    [Theory]
    [InlineData("abc", "abc|")]
    [InlineData("abc<Left><Left>x", "ax|bc")]
    [InlineData("abc<LineStart>x<LineEnd>y", "xabcy|")]
    [InlineData("abc<Backspace><LineStart><Delete>", "|b")]
    [InlineData("<Backspace><Delete><Left><Right><KillToEnd><KillWordLeft>", "|")]
    [InlineData("one two.three<WordLeft>", "one two.|three")]
    [InlineData("one two.three<WordLeft><WordLeft><WordLeft><WordRight>", "one| two.three")]
    [InlineData("one two<KillWordLeft>", "one |")]
    [InlineData("one two<KillWordLeft><LineStart><Yank>", "two|one ")]
    [InlineData("one two<LineStart><KillWordRight>", "| two")]
    [InlineData("one two<WordLeft><KillToEnd><Yank><Yank>", "one twotwo|")]
    [InlineData("one two<WordLeft><KillToStart>", "|two")]
    [InlineData("ab<NewLine>cd<LineStart>x<Up>y", "ay|b\nxcd")]
    [InlineData("abcd<NewLine>e<Up><LineEnd><Down>", "abcd\ne|")]
    [InlineData("ab<NewLine>cd<Up><LineEnd><KillToEnd>", "ab|cd")]
    [InlineData("select 1<Enter>+ 2", "select 1\n+ 2|")]
    public void Keys_edit_the_text(string keys, string expected)
    {
        var editor = Editor();
        Type(editor, keys);
        Assert.Equal(expected, editor.Text.Insert(editor.Cursor, "|"));
    }

    [Fact]
    public void A_character_of_several_code_points_is_one()
    {
        var editor = Editor();
        editor.Apply(new EditorKey(EditorKeyKind.Paste, "a👩‍👧é!"));
        Type(editor, "<Left><Left><Left>");
        Assert.Equal(1, editor.Cursor);
        Type(editor, "<Delete>");
        Assert.Equal("aé!", editor.Text);
    }

    [Theory]
    [InlineData("select 1;<Enter>", EditorOutcome.Submitted)]
    [InlineData("select 1; -- done<Enter>", EditorOutcome.Submitted)]
    [InlineData("select ';<Enter>", EditorOutcome.Editing)]
    [InlineData("select 1<Enter>", EditorOutcome.Editing)]
    [InlineData(".tables<Enter>", EditorOutcome.Submitted)]
    [InlineData("quit<Enter>", EditorOutcome.Submitted)]
    [InlineData("<Enter>", EditorOutcome.Submitted)]
    [InlineData("<EndOrDelete>", EditorOutcome.Ended)]
    [InlineData("a<EndOrDelete>", EditorOutcome.Editing)]
    [InlineData("select<Cancel>", EditorOutcome.Cancelled)]
    public void Enter_submits_what_is_complete(string keys, object outcome) => Assert.Equal((EditorOutcome)outcome, Type(Editor(), keys));

    [Theory]
    [InlineData("<Up>", "select 3;|")]
    [InlineData("<Up><Up><Up>", "select |2\nfrom a;")]
    [InlineData("<Up><Up><LineStart><Up><LineStart><Up><Up>", "select 1;|")]
    [InlineData("draft<Up><Down>", "draft|")]
    [InlineData("draft<Up>x<Down>", "draft|")]
    [InlineData("<Down>", "|")]
    public void Up_and_Down_recall_the_history_at_the_first_and_last_line(string keys, string expected)
    {
        var editor = Editor();
        Type(editor, keys);
        Assert.Equal(expected, editor.Text.Insert(editor.Cursor, "|"));
    }

    [Theory]
    [InlineData("<Search>select", "select 3;", true)]
    [InlineData("<Search>SELECT<Search>", "select 2\nfrom a;", true)]
    [InlineData("<Search>select<Search><Search><Search>", "select 1;", true)]
    [InlineData("<Search>1<LineStart>x", "xselect 1;", false)]
    [InlineData("draft<Search>1<Abort>", "draft", false)]
    [InlineData("draft<Search>zzz", "draft", true)]
    [InlineData("<Search>1x<Backspace>", "select 1;", true)]
    public void Search_finds_the_newest_first(string keys, string expected, bool isSearching)
    {
        var editor = Editor();
        Type(editor, keys);
        Assert.Equal(expected, editor.Text);
        Assert.Equal(isSearching, editor.SearchedText is not null);
    }

    [Fact]
    public void Enter_in_a_search_submits_what_was_found() => Assert.Equal(EditorOutcome.Submitted, Type(Editor(), "<Search>2<Enter>"));

    [Theory]
    [InlineData("se<Complete>", "select |", 0)]
    [InlineData("select q<Complete>", "select quote|", 0)]
    [InlineData("select q<Complete><Complete>", "select quote|", 2)]
    [InlineData("select q<Complete><Complete>s", "select quotes|", 0)]
    [InlineData("select quote_<Complete>", "select quote_changes(|", 0)]
    [InlineData("zzz<Complete>", "zzz|", 0)]
    public void Tab_completes_as_far_as_it_is_certain_and_then_lists(string keys, string expected, int listed)
    {
        var editor = Editor("select", "quotes", "quote_changes(");
        Type(editor, keys);
        Assert.Equal(expected, editor.Text.Insert(editor.Cursor, "|"));
        Assert.Equal(listed, editor.Candidates.Count);
    }

    [Fact]
    public void Random_keys_leave_the_cursor_between_characters()
    {
        var random = new Random(42);
        var kinds = Enum.GetValues<EditorKeyKind>();
        string[] texts = ["a", " ", "é", "👩‍👧", "\n", ".", "日", "'"];
        var editor = Editor("select", "seldom");
        for (var round = 0; round < 20_000; round++)
        {
            editor.Apply(new EditorKey(kinds[random.Next(kinds.Length)], texts[random.Next(texts.Length)]));
            Assert.InRange(editor.Cursor, 0, editor.Text.Length);
            Assert.False(editor.Cursor < editor.Text.Length && char.IsLowSurrogate(editor.Text[editor.Cursor]), $"round {round}");
        }
    }
}
