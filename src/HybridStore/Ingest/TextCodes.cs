using HybridStore.Native.Csv;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>The text columns of a source that have few different values, as numbers: a byte a row instead of sixteen, and an enum for DuckDB's writer, which costs it a third.</summary>
/// <remarks>The Parquet column is plain text all the same. A column that turns out to have many values goes on as text. Not thread-safe: one for each reader.</remarks>
internal sealed class TextCodes
{
    /// <summary>Files that had to end because of a text that nobody had met before; with more, it goes on as text.</summary>
    private const int CutsMax = 8;

    private readonly Dataset _dataset;
    private readonly int[] _sourceColumns;
    private readonly int _constantColumn;
    private readonly KnownTexts _known;
    private readonly TextDictionary?[] _dictionaries;
    private readonly bool[] _isCoded;
    private readonly byte[]?[] _numbers;
    private readonly int[] _textCounts;
    private readonly int[] _cuts;

    /// <param name="dataset">What the rows belong to.</param>
    /// <param name="sourceColumns">By the dataset's columns: the batch's, or -1.</param>
    /// <param name="constantColumn">The column that the partition tells, or -1.</param>
    /// <param name="rowsMax">Rows of a batch.</param>
    /// <param name="known">What all threads have met.</param>
    internal TextCodes(Dataset dataset, int[] sourceColumns, int constantColumn, int rowsMax, KnownTexts known)
    {
        (_dataset, _sourceColumns, _constantColumn, _known) = (dataset, sourceColumns, constantColumn, known);
        _dictionaries = new TextDictionary?[dataset.Columns.Count];
        _numbers = new byte[]?[dataset.Columns.Count];
        _isCoded = new bool[dataset.Columns.Count];
        _textCounts = new int[dataset.Columns.Count];
        _cuts = new int[dataset.Columns.Count];
        for (var column = 0; column < dataset.Columns.Count; column++)
        {
            if (dataset.Columns[column].Type.Kind != ColumnKind.Varchar || column == constantColumn || sourceColumns[column] < 0 || known.Of(dataset.Columns[column].Name) is null) continue;
            _isCoded[column] = true;
            _dictionaries[column] = new TextDictionary();
            _numbers[column] = new byte[rowsMax];
        }

        Layout = MakeLayout();
        Learn();
    }

    /// <summary>How rows lie in memory now; another object once a column goes on as text.</summary>
    internal RowLayout Layout { get; private set; }

    /// <summary>Numbers the texts of a batch.</summary>
    internal void Encode(CsvBatch batch)
    {
        for (var column = 0; column < _dictionaries.Length; column++)
        {
            if (!_isCoded[column]) continue;
            var dictionary = _dictionaries[column]!;
            var source = _sourceColumns[column];
            var count = dictionary.Members.Count;
            if (!dictionary.TryEncode(batch.Values<UInt128>(source)[..batch.RowCount], batch.ValidityMask(source), _numbers[column]))
            {
                GoOnAsText(column);
                continue;
            }

            _textCounts[column] = 0;
            if (dictionary.Members.Count > count) _known.Add(_dataset.Columns[column].Name, dictionary.Members.Skip(count));
            foreach (var number in _numbers[column].AsSpan(0, batch.RowCount)) _textCounts[column] = Math.Max(_textCounts[column], number + 1);
        }
    }

    /// <summary>The numbers of a coded column, by the batch's rows.</summary>
    internal ReadOnlySpan<byte> Of(int column) => _numbers[column];

    /// <summary>The columns of a file that is begun now.</summary>
    /// <param name="layout">How its rows lie in memory: as now, or as they did.</param>
    internal FileColumns ToFileColumns(RowLayout layout)
    {
        Learn();
        return layout.ToFileColumns(column => _dictionaries[column]!.Members);
    }

    /// <summary>Where the rows end whose texts a file's enums have.</summary>
    /// <param name="file">The file.</param>
    /// <param name="batch">The rows at hand.</param>
    /// <param name="start">The first row.</param>
    /// <param name="end">The row behind the last.</param>
    internal int WithinUntil(FileColumns file, CsvBatch batch, int start, int end)
    {
        for (var column = 0; column < _dictionaries.Length; column++)
        {
            if (!_isCoded[column] || file.Has(column, _textCounts[column])) continue;
            var present = batch.ValidityMask(_sourceColumns[column]);
            for (var row = start; row < end; row++)
            {
                if (_numbers[column]![row] < file.TextCount(column) || (present[row >> 6] >> (row & 63) & 1) == 0) continue;
                end = row;
                _cuts[column]++;
            }
        }

        return end;
    }

    /// <summary>Between two files: a column that cut too many goes on as text.</summary>
    internal void GiveUpOnCuts()
    {
        for (var column = 0; column < _cuts.Length; column++)
        {
            if (_isCoded[column] && _cuts[column] > CutsMax) GoOnAsText(column);
        }
    }

    private void GoOnAsText(int column)
    {
        _known.GiveUp(_dataset.Columns[column].Name);
        _isCoded[column] = false;
        Layout = MakeLayout();
    }

    private void Learn()
    {
        for (var column = 0; column < _dictionaries.Length; column++)
        {
            if (!_isCoded[column] || _known.Of(_dataset.Columns[column].Name) is not { } texts) continue;
            foreach (var text in texts) _dictionaries[column]!.TryAdd(text);
        }
    }

    private RowLayout MakeLayout() => new(_dataset.Columns, _constantColumn, [.. _isCoded]);
}
