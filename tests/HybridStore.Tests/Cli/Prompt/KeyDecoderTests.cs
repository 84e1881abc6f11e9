using System.Text;
using HybridStore.Cli.Prompt;
using Xunit;

namespace HybridStore.Tests.Cli.Prompt;

public sealed class KeyDecoderTests
{
    [Theory]
    [InlineData("a", "Text:a")]
    [InlineData("é🙂", "Text:é Text:🙂")]
    [InlineData("\x1b[A\x1bOA\x1b[B", "Up: Up: Down:")]
    [InlineData("\x1b[C\x1bOD\x1b[1;5C\x1b[1;5D\x1b" + "b\x1b" + "f", "Right: Left: WordRight: WordLeft: WordLeft: WordRight:")]
    [InlineData("\x1b[H\x1b[1~\x1bOH\x01\x1b[F\x1b[4~\x05", "LineStart: LineStart: LineStart: LineStart: LineEnd: LineEnd: LineEnd:")]
    [InlineData("\x7f\x08\x1b[3~\x04\x03\x0b\x15\x17\x19\x12\x0c\x07", "Backspace: Backspace: Delete: EndOrDelete: Cancel: KillToEnd: KillToStart: KillWordLeft: Yank: Search: ClearScreen: Abort:")]
    [InlineData("\t\r\x1b\r\x1b\x7f\x1b" + "d", "Complete: Enter: NewLine: KillWordLeft: KillWordRight:")]
    [InlineData("\x1b[200~a\r\nb\tc\x1b[201~x", "Paste:a\nb\tc Text:x")]
    [InlineData("\x1b[15~\x1b[99;9Za", "None: None: Text:a")]
    public void Bytes_become_keys_whole_and_in_every_cut(string sent, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(sent);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var decoder = new KeyDecoder();
            var keys = decoder.Decode(bytes.AsSpan(0, cut)).Concat(decoder.Decode(bytes.AsSpan(cut))).Select(key => $"{key.Kind}:{key.Text}");
            Assert.Equal(expected, string.Join(' ', keys));
        }
    }

    [Fact]
    public void An_Escape_alone_waits_for_what_follows()
    {
        var decoder = new KeyDecoder();
        Assert.Empty(decoder.Decode("\x1b"u8));
        Assert.True(decoder.HasLoneEscape);
        Assert.Equal(EditorKeyKind.Abort, decoder.TakeLoneEscape().Kind);
        Assert.False(decoder.HasLoneEscape);
        Assert.Equal(EditorKeyKind.Text, Assert.Single(decoder.Decode("["u8)).Kind);
    }

    [Fact]
    public void Rubbish_does_not_stop_it()
    {
        var random = new Random(20131007);
        var decoder = new KeyDecoder();
        var bytes = new byte[64];
        for (var round = 0; round < 2_000; round++)
        {
            random.NextBytes(bytes);
            decoder.Decode(bytes);
        }

        // Whatever is open, the end of a paste and of a sequence closes it.
        Assert.Equal("z", decoder.Decode("\x1b[201~\x1b[201~@@@@z"u8)[^1].Text);
    }
}
