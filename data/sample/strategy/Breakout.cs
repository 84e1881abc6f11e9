namespace Strategy;

/// <summary>Buys above, or sells below, the range of the first half hour, once a day, and is flat before the close.</summary>
internal sealed class Breakout(int shares)
{
    private static readonly TimeSpan Open = new(9, 30, 0);
    private static readonly TimeSpan RangeEnd = new(10, 0, 0);
    private static readonly TimeSpan Exit = new(15, 55, 0);

    private readonly List<(DateOnly Day, double Profit)> _profits = [];
    private DateOnly _day;
    private double _high, _low, _entry, _last;
    private int _position;
    private bool _isDone;

    /// <summary>USD, for each day that ended.</summary>
    internal IReadOnlyList<(DateOnly Day, double Profit)> ProfitByDay => _profits;

    internal void OnTrade(Trade trade)
    {
        var day = DateOnly.FromDateTime(trade.Timestamp);
        if (day != _day)
        {
            EndDay();
            (_day, _high, _low, _position, _entry, _isDone) = (day, double.MinValue, double.MaxValue, 0, 0, false);
        }

        var time = trade.Timestamp.TimeOfDay;
        if (time < Open || trade.Suspicious != 0 || _isDone) return;
        _last = trade.Price;
        if (time < RangeEnd) (_high, _low) = (Math.Max(_high, trade.Price), Math.Min(_low, trade.Price));
        else if (time >= Exit) _isDone = true;
        else if (_position == 0 && (trade.Price > _high || trade.Price < _low)) (_position, _entry) = (trade.Price > _high ? shares : -shares, trade.Price);
    }

    /// <summary>Closes the position at the last price before the exit.</summary>
    internal void EndDay()
    {
        if (_day != default) _profits.Add((_day, Math.Round(_position * (_last - _entry), 2)));
        _day = default;
    }
}
