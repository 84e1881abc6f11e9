using HybridStore.Cli.Prompt;
using Xunit;

namespace HybridStore.Tests.Cli.Prompt;

public sealed class EditorViewTests
{
    private const string Again = "\r\x1b[J";

    private readonly EditorView _view = new();

    private static LineEditor Editor(string text, int lefts = 0, params string[] candidates)
    {
        var editor = new LineEditor([], _ => true, (_, cursor) => new Completion(Math.Max(0, cursor - 1), candidates));
        editor.Apply(new EditorKey(EditorKeyKind.Paste, text));
        for (var count = 0; count < lefts; count++) editor.Apply(new EditorKey(EditorKeyKind.Left));
        if (candidates.Length > 0) editor.Apply(new EditorKey(EditorKeyKind.Complete));
        return editor;
    }

    private string Draw(LineEditor editor, int columns = 20, int rows = 10) => _view.Draw(editor, "> ", columns, rows, hasColor: false);

    [Fact]
    public void A_line_is_drawn_over_itself_and_the_cursor_put_back()
    {
        Assert.Equal(Again + "> abc\r\x1b[5C", Draw(Editor("abc")));
        Assert.Equal(Again + "> abc\r\x1b[3C", Draw(Editor("abc", 2)));
    }

    [Fact]
    public void Lines_are_indented_and_drawn_from_the_first_again()
    {
        Assert.Equal(Again + "> a\r\n  b\r\x1b[3C", Draw(Editor("a\nb")));
        Assert.Equal("\x1b[1A" + Again + "> a\r\n  b\x1b[1A\r\x1b[3C", Draw(Editor("a\nb", 2)));
        Assert.Equal(Again + "> a\r\n  b\r\n", _view.Leave(Editor("a\nb"), "> ", 20, hasColor: false));
        Assert.Equal(Again + "> \r\x1b[2C", Draw(Editor("")));
    }

    [Fact]
    public void A_long_line_breaks_at_the_edge()
    {
        Assert.Equal(Again + "> 12345678\r\n9\r\x1b[1C", Draw(Editor("123456789"), columns: 10));
        Assert.Equal("\x1b[1A" + Again + "> 12345678\r\n\r", Draw(Editor("12345678"), columns: 10));
    }

    [Fact]
    public void Wide_characters_take_two_cells() => Assert.Equal(Again + "> 日本日本\r\n日\r\x1b[2C", Draw(Editor("日本日本日"), columns: 11));

    [Fact]
    public void What_does_not_fit_the_screen_scrolls_around_the_cursor()
    {
        var editor = Editor("1\n2\n3\n4\n5\n6");
        Assert.Equal(Again + "  4\r\n  5\r\n  6\r\x1b[3C", Draw(editor, rows: 4));
        for (var count = 0; count < 5; count++) editor.Apply(new EditorKey(EditorKeyKind.Up));
        Assert.Equal("\x1b[2A" + Again + "> 1\r\n  2\r\n  3\x1b[2A\r\x1b[3C", Draw(editor, rows: 4));
    }

    [Fact]
    public void Candidates_stand_below_in_columns() => Assert.Equal(Again + "> a\r\nab  ac  ad\r\nae\x1b[2A\r\x1b[3C", Draw(Editor("a", 0, "ab", "ac", "ad", "ae"), columns: 15));

    [Fact]
    public void Control_characters_are_shown_not_sent() => Assert.DoesNotContain("\x1b[31m", Draw(Editor("\x1b[31mred")));

    [Fact]
    public void The_prompt_can_be_coloured() => Assert.Equal(Again + "\x1b[1;36m> \x1b[0ma\r\x1b[3C", _view.Draw(Editor("a"), "> ", 20, 10, hasColor: true));
}
